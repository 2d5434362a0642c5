package dozo.mount.fuse;

import dozo.mount.fs.MountedFileSystem;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** What tests need around a real mount. */
final class RealMount {
  private RealMount() {}

  /** Skips the test, and says so, on a machine that cannot mount anything. */
  static void assumePossible() {
    boolean possible = Files.isWritable(Path.of("/dev/fuse"));
    if (!possible) {
      System.err.println("SKIPPED: /dev/fuse cannot be opened here, so mounts are NOT tested");
    }
    Assumptions.assumeTrue(possible, "/dev/fuse cannot be opened here");
  }

  static FuseMount open(Path mountPoint, MountedFileSystem tree) throws IOException {
    return FuseMount.open(mountPoint, tree, MountOptions.of("test"));
  }

  record Outcome(int exitCode, String output) {}

  static Outcome run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException("did not end: " + List.of(command));
    }
    return new Outcome(process.exitValue(), output);
  }

  static long loopThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().startsWith("dozo-fuse-"))
        .count();
  }
}
