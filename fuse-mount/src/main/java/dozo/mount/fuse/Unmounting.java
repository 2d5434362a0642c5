package dozo.mount.fuse;

import dozo.mount.fuse.MountException.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import jnr.ffi.LibraryLoader;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ways to take a mount away, from the gentle one to the one that always works. */
final class Unmounting {
  private static final Logger log = LoggerFactory.getLogger(Unmounting.class);
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Path CONNECTIONS = Path.of("/sys/fs/fuse/connections");

  private Unmounting() {}

  /** Unmounts unless it is in use; returns whether it did. */
  static boolean unmount(Path mountPoint) throws IOException {
    return run(List.of("-u", "-q", "--", mountPoint.toString())).exitCode() == 0;
  }

  /** Takes the mount out of the tree at once. Whoever has files open keeps them. */
  static void detach(Path mountPoint) throws IOException {
    Outcome outcome = run(List.of("-u", "-z", "--", mountPoint.toString()));
    if (outcome.exitCode() != 0) {
      throw new MountException(
          Reason.REFUSED, "cannot unmount " + mountPoint + ": " + outcome.output().strip());
    }
  }

  /** Takes the mount out of the tree and makes everyone who has files open fail. */
  static void detachAndAbort(MountTable.Entry mount) throws IOException {
    if (FileOwner.ofProcess().isRoot()
        && LibraryLoader.create(LibC.class)
                .load("c")
                .umount2(mount.mountPoint().toString(), LibC.MNT_FORCE | LibC.MNT_DETACH)
            == 0) {
      return;
    }
    detach(mount.mountPoint());
    abort(mount);
  }

  /** Makes the kernel end a connection that outlived its mount, where it offers that. */
  static void abort(MountTable.Entry mount) {
    String minor = mount.device().substring(mount.device().indexOf(':') + 1);
    Path file = CONNECTIONS.resolve(minor).resolve("abort");
    if (!Files.exists(file)) {
      return;
    }
    try {
      Files.writeString(file, "1", StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
    } catch (IOException e) {
      log.warn("cannot abort the connection mountPoint={}", mount.mountPoint(), e);
    }
  }

  private record Outcome(int exitCode, String output) {}

  private static Outcome run(List<String> arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Prerequisites.unmountCommand().toString());
    command.addAll(arguments);
    Process process =
        new ProcessBuilder(command)
            .directory(Path.of("/").toFile())
            .redirectErrorStream(true)
            .start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        return new Outcome(-1, command.getFirst() + " did not end in " + PATIENCE);
      }
      // It writes a line at most, which the pipe holds.
      return new Outcome(
          process.exitValue(),
          new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while unmounting", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
