package dozo.mount.fuse;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is mounted, as the kernel tells it in {@code /proc/self/mountinfo} (proc(5)). It is the only
 * source that can be asked without touching a mount that may hang.
 */
record MountTable(List<Entry> entries) {
  private static final Path MOUNT_INFO = Path.of("/proc/self/mountinfo");

  /** The type under which the kernel lists our mounts. */
  static final String TYPE = "fuse.dozo";

  /**
   * One mount.
   *
   * @param device the number, {@code major:minor}, by which /sys knows the mount
   * @param type the file system's type, with its subtype
   */
  record Entry(String device, Path mountPoint, String type, String source) {
    boolean isFuse() {
      return type.startsWith("fuse");
    }

    boolean isOurs() {
      return type.equals(TYPE);
    }
  }

  MountTable {
    entries = List.copyOf(entries);
  }

  static MountTable read() throws IOException {
    List<Entry> entries = new ArrayList<>();
    // Decoded leniently: the name of someone else's mount need not be UTF-8.
    new String(Files.readAllBytes(MOUNT_INFO), StandardCharsets.UTF_8)
        .lines()
        .forEach(line -> parse(line).ifPresent(entries::add));
    return new MountTable(entries);
  }

  /** Returns the uppermost mount at exactly this place. */
  Optional<Entry> at(Path mountPoint) {
    Optional<Entry> found = Optional.empty();
    for (Entry entry : entries) {
      if (entry.mountPoint().equals(mountPoint)) {
        found = Optional.of(entry);
      }
    }
    return found;
  }

  boolean contains(Entry entry) {
    return entries.contains(entry);
  }

  /** Understands one line; a line of another shape is skipped, as proc(5) asks of readers. */
  static Optional<Entry> parse(String line) {
    int separator = line.indexOf(" - ");
    if (separator < 0) {
      return Optional.empty();
    }
    String[] mount = line.substring(0, separator).split(" ", -1);
    String[] fileSystem = line.substring(separator + 3).split(" ", -1);
    if (mount.length < 6 || fileSystem.length < 2) {
      return Optional.empty();
    }
    return Optional.of(
        new Entry(mount[2], Path.of(unescape(mount[4])), fileSystem[0], unescape(fileSystem[1])));
  }

  /** The kernel writes blanks, tabs, line feeds and backslashes as three octal digits. */
  private static String unescape(String field) {
    if (field.indexOf('\\') < 0) {
      return field;
    }
    StringBuilder text = new StringBuilder(field.length());
    for (int i = 0; i < field.length(); i++) {
      char c = field.charAt(i);
      if (c == '\\' && i + 3 < field.length()) {
        text.append((char) Integer.parseInt(field.substring(i + 1, i + 4), 8));
        i += 3;
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }
}
