package dozo.cli;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.util.Locale;

/** A cpio archive as the kernel takes it (its documentation, buffer-format), in memory. */
final class InitramfsArchive {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private int inode = 1;

  void add(String name, int mode, byte[] content) {
    add(name, mode, content, 0, 0);
  }

  void console() {
    add("dev/console", 0020600, new byte[0], 5, 1);
  }

  private void add(String name, int mode, byte[] content, int major, int minor) {
    StringBuilder head = new StringBuilder("070701");
    int[] fields = {
      inode++, mode, 0, 0, 1, 0, content.length, 0, 0, major, minor, name.length() + 1, 0
    };
    for (int field : fields) {
      head.append(String.format(Locale.ROOT, "%08x", field));
    }
    put((head + name + '\0').getBytes(US_ASCII));
    put(content);
  }

  private void put(byte[] bytes) {
    out.writeBytes(bytes);
    out.writeBytes(new byte[Math.floorMod(-bytes.length, 4)]);
  }

  byte[] finish() {
    add("TRAILER!!!", 0, new byte[0]);
    return out.toByteArray();
  }
}
