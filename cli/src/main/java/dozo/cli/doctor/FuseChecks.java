package dozo.cli.doctor;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/** Whether this process can mount. Backups and restores need none of it. */
final class FuseChecks {

  private static final Path DEVICE = Path.of("/dev/fuse");
  private static final Path CONFIGURATION = Path.of("/etc/fuse.conf");

  private FuseChecks() {}

  static void run(Consumer<Finding> told) {
    told.accept(device());
    told.accept(library());
    if (!"root".equals(System.getProperty("user.name"))) {
      told.accept(helper());
      told.accept(others());
    }
  }

  private static Finding device() {
    if (!Files.exists(DEVICE)) {
      return Finding.warning(
          "fuse device",
          DEVICE + " is not there, so nothing can be mounted here",
          "run 'modprobe fuse'; a container must be given the device");
    }
    return Files.isReadable(DEVICE) && Files.isWritable(DEVICE)
        ? Finding.ok("fuse device", DEVICE + " can be used")
        : Finding.warning(
            "fuse device",
            DEVICE + " may not be used by this user, so it cannot mount",
            "give it mode 666, as distributions do");
  }

  @SuppressWarnings("restricted") // What it needs is enabled in the jar's manifest.
  private static Finding library() {
    try (Arena arena = Arena.ofConfined()) {
      var _ = SymbolLookup.libraryLookup("libfuse.so.2", arena);
      return Finding.ok("fuse library", "libfuse.so.2 is there");
    } catch (IllegalArgumentException e) {
      return Finding.warning(
          "fuse library",
          "libfuse.so.2 is not there, so nothing can be mounted here; version 3 does not do",
          "install libfuse2t64, or libfuse2 on older releases");
    }
  }

  private static Finding helper() {
    return Tool.find("fusermount").or(() -> Tool.find("fusermount3")).isPresent()
        ? Finding.ok("fusermount", "It is there")
        : Finding.warning(
            "fusermount", "It is not there, and only root mounts without it", "install fuse3");
  }

  private static Finding others() {
    try {
      return Files.readAllLines(CONFIGURATION).stream()
              .anyMatch(line -> line.strip().equals("user_allow_other"))
          ? Finding.ok("fuse.conf", "Mounts can be opened to other users")
          : needsOthers();
    } catch (IOException e) {
      return needsOthers();
    }
  }

  private static Finding needsOthers() {
    return Finding.warning(
        "fuse.conf",
        "Mounts of this user cannot be opened to others, such as a hypervisor's user",
        "write the line user_allow_other to " + CONFIGURATION);
  }
}
