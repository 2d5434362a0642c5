package dozo.mount.fuse;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The user whose rights this process has. */
record ProcessOwner(int uid, int gid) {
  static ProcessOwner current() {
    try {
      Map<String, Object> owner = Files.readAttributes(Path.of("/proc/self"), "unix:uid,gid");
      return new ProcessOwner(number(owner, "uid"), number(owner, "gid"));
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
