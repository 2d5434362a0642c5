package dozo.mount.fuse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * A user and a group, by their numbers, to whom files belong.
 *
 * @param uid the user's
 * @param gid the group's
 */
public record FileOwner(int uid, int gid) {

  /** Whose rights this process has. */
  static FileOwner ofProcess() {
    try {
      Map<String, Object> owner = Files.readAttributes(Path.of("/proc/self"), "unix:uid,gid");
      return new FileOwner(number(owner, "uid"), number(owner, "gid"));
    } catch (IOException e) {
      throw new UncheckedIOException("/proc is not mounted", e);
    }
  }

  boolean isRoot() {
    return uid == 0;
  }

  private static int number(Map<String, Object> attributes, String name) {
    return attributes.get(name) instanceof Integer value ? value : -1;
  }
}
