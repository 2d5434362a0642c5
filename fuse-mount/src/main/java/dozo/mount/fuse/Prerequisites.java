package dozo.mount.fuse;

import dozo.mount.fuse.MountException.Reason;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import jnr.ffi.LibraryLoader;

/** What a machine must have before anything can be mounted on it, and how to get it. */
final class Prerequisites {
  private static final Path DEVICE = Path.of("/dev/fuse");
  private static final Path CONFIGURATION = Path.of("/etc/fuse.conf");
  private static final String LIBRARY = "libfuse.so.2";
  private static final List<String> UNMOUNT_COMMANDS = List.of("fusermount", "fusermount3");

  private Prerequisites() {}

  /** Loads libfuse 2 after everything else was found to be there. */
  static LibFuse2 requireAll(MountOptions options) throws MountException {
    requireDevice();
    unmountCommand();
    if (options.allowOther()) {
      requireUserAllowOther();
    }
    return loadLibrary();
  }

  private static void requireDevice() throws MountException {
    if (!Files.exists(DEVICE)) {
      throw missing(
          DEVICE
              + " does not exist: load the kernel module (modprobe fuse), or give the container the"
              + " device (--device /dev/fuse --cap-add SYS_ADMIN)");
    }
    if (!Files.isReadable(DEVICE) || !Files.isWritable(DEVICE)) {
      throw missing(
          DEVICE + " cannot be opened by this user: its permissions should be crw-rw-rw-");
    }
  }

  /** Returns the program that unmounts without root. */
  static Path unmountCommand() throws MountException {
    String searchPath = System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
    for (String name : UNMOUNT_COMMANDS) {
      for (String directory : searchPath.split(File.pathSeparator, -1)) {
        Path candidate = Path.of(directory, name);
        if (candidate.isAbsolute() && Files.isExecutable(candidate)) {
          return candidate;
        }
      }
    }
    throw missing("fusermount is not on the PATH: install it (Debian: apt-get install fuse3)");
  }

  private static void requireUserAllowOther() throws MountException {
    if (FileOwner.ofProcess().isRoot()) {
      return;
    }
    Optional<String> line;
    try (var lines = Files.lines(CONFIGURATION, StandardCharsets.UTF_8)) {
      line = lines.map(String::strip).filter("user_allow_other"::equals).findFirst();
    } catch (IOException e) {
      line = Optional.empty();
    }
    if (line.isEmpty()) {
      throw missing(
          "only root may let other users into a mount: put the line user_allow_other into "
              + CONFIGURATION
              + ", or mount without that option");
    }
  }

  private static LibFuse2 loadLibrary() throws MountException {
    try {
      return LibraryLoader.create(LibFuse2.class).failImmediately().load(LIBRARY);
    } catch (LinkageError e) {
      throw new MountException(
          Reason.MISSING_PREREQUISITE,
          LIBRARY
              + " cannot be loaded: install it (Debian 12: apt-get install libfuse2; Debian 13 and"
              + " Ubuntu 24.04: libfuse2t64). If it is there, the temporary directory may forbid"
              + " execution: run with -Djffi.extract.dir=DIR for a directory that allows it. "
              + e.getMessage(),
          e);
    }
  }

  private static MountException missing(String message) {
    return new MountException(Reason.MISSING_PREREQUISITE, message);
  }
}
