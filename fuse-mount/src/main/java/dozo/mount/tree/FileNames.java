package dozo.mount.tree;

import dozo.format.manifest.RestorePoint;
import dozo.mount.fs.DirectoryEntry;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Set;

/** Makes file names that every system takes which a mount may be shared with. */
final class FileNames {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH-mm-ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

  private FileNames() {}

  /** The directory of a restore point: VM, time and id, so that a listing is sorted by them. */
  static String of(RestorePoint point) {
    return fit(point.vm().name(), "_" + TIME.format(point.created()) + "_" + point.id());
  }

  /**
   * Puts a name and an ending together. A name that is too long is shortened, and one that is taken
   * is numbered.
   *
   * @param suffix of ASCII
   */
  static String free(String name, String suffix, Set<String> taken) {
    String free = fit(name, suffix);
    for (int number = 2; taken.contains(free); number++) {
      free = fit(name, "~" + number + suffix);
    }
    return free;
  }

  private static String fit(String name, String suffix) {
    StringBuilder text = new StringBuilder();
    int room = DirectoryEntry.MAX_NAME_BYTES - suffix.length();
    for (int codePoint : name.codePoints().toArray()) {
      String character = Character.toString(isSafe(codePoint) ? codePoint : '_');
      room -= character.getBytes(StandardCharsets.UTF_8).length;
      if (room < 0) {
        break;
      }
      text.append(character);
    }
    return text.append(suffix).toString();
  }

  /** Whether Windows takes a character too; it reaches the mount through Samba. */
  private static boolean isSafe(int codePoint) {
    return codePoint >= ' ' && codePoint != 0x7F && "\\/:*?\"<>|".indexOf(codePoint) < 0;
  }
}
