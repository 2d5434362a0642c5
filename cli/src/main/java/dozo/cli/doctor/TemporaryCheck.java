package dozo.cli.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Whether native libraries can be unpacked and run where Java puts them. */
final class TemporaryCheck {

  private static final String NAME = "temporary files";
  private static final int SECONDS = 60;

  private TemporaryCheck() {}

  static void run(Path directory, Consumer<Finding> told) {
    String cure =
        "give Java another with DOZO_JAVA_OPTS=-Djava.io.tmpdir=DIR, one of the server's user on a"
            + " file system that is not mounted noexec";
    try {
      Path script =
          Files.createTempFile(
              directory,
              "dozo-doctor",
              ".sh",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      try {
        Files.writeString(script, "#!/bin/sh\nexit 0\n");
        told.accept(
            isExecuted(script)
                ? Finding.ok(NAME, directory + " can be written, and what is there be run")
                : Finding.problem(NAME, "What is in " + directory + " cannot be run", cure));
      } finally {
        Files.deleteIfExists(script);
      }
    } catch (IOException e) {
      told.accept(Finding.problem(NAME, directory + " cannot be written: " + e.getMessage(), cure));
    }
  }

  /** A file system that is mounted noexec lets a shell read a script, but not the kernel run it. */
  private static boolean isExecuted(Path script) {
    try {
      Process process =
          new ProcessBuilder(script.toString())
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      if (!process.waitFor(SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        return false;
      }
      return process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
