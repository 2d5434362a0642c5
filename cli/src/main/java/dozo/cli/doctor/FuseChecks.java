package dozo.cli.doctor;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Whether this process can mount. Backups and restores need none of it. */
final class FuseChecks {

  private static final Path DEVICE = Path.of("/dev/fuse");
  private static final Path CONFIGURATION = Path.of("/etc/fuse.conf");

  private static final Pattern NO_NEW_RIGHTS = Pattern.compile("NoNewPrivs:\\s+1");

  private FuseChecks() {}

  /**
   * Looks.
   *
   * @param process {@code /proc/self}, or what stands in for it
   */
  static void run(Path process, Consumer<Finding> told) {
    told.accept(device());
    told.accept(library());
    if (!"root".equals(System.getProperty("user.name"))) {
      told.accept(helper(process));
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
    // Its rights are not all: a container may see a device that it may not open.
    try (FileChannel _ =
        FileChannel.open(DEVICE, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      return Finding.ok("fuse device", DEVICE + " can be used");
    } catch (AccessDeniedException e) {
      return Finding.warning(
          "fuse device",
          DEVICE + " may not be used by this user, so it cannot mount",
          "give it mode 666, as distributions do; a container must be given the device");
    } catch (IOException e) {
      return Finding.warning(
          "fuse device",
          DEVICE + " cannot be opened, so nothing can be mounted here: " + e.getMessage(),
          "run 'modprobe fuse'; a container must be given the device");
    }
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

  static Finding helper(Path process) {
    if (gainsNothing(process)) {
      return Finding.warning(
          "fusermount",
          "This process may gain no rights, and fusermount, which is root's, could not mount",
          "run without NoNewPrivileges= or what implies it, or have others mount");
    }
    return Tool.find("fusermount").or(() -> Tool.find("fusermount3")).isPresent()
        ? Finding.ok("fusermount", "It is there")
        : Finding.warning(
            "fusermount", "It is not there, and only root mounts without it", "install fuse3");
  }

  /** Whether proc(5) says that set-user-id programs are without effect. */
  private static boolean gainsNothing(Path process) {
    try (Stream<String> lines = Files.lines(process.resolve("status"))) {
      return lines.anyMatch(NO_NEW_RIGHTS.asMatchPredicate());
    } catch (IOException e) {
      return false; // LimitChecks tells that there is no /proc.
    }
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
