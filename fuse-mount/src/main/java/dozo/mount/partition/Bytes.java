package dozo.mount.partition;

import dozo.format.disk.DiskReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;

/** Little-endian views of a disk's bytes, and texts out of them that are fit to be shown. */
final class Bytes {

  private Bytes() {}

  /** Reads a range; what lies behind the disk's end comes as zeros. */
  static ByteBuffer read(DiskReader disk, long offset, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
    long present = Math.clamp(disk.sizeBytes() - offset, 0L, length);
    disk.read(Math.min(offset, disk.sizeBytes()), bytes.limit((int) present));
    return bytes.clear();
  }

  /** The text in a field that zeros or blanks fill up, without characters that control. */
  static String text(ByteBuffer bytes, int offset, int length, Charset charset) {
    byte[] field = new byte[length];
    bytes.get(offset, field);
    String text = new String(field, charset);
    int end = text.indexOf('\0');
    return GuestText.shown(end < 0 ? text : text.substring(0, end)).strip();
  }
}
