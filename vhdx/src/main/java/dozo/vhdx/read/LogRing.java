package dozo.vhdx.read;

import dozo.vhdx.format.VhdxFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The log as the ring of 4 KiB sectors that it is, read through a window because it is scanned
 * front to back.
 *
 * <p>For one thread.
 */
final class LogRing {

  static final int SECTOR = VhdxFormat.PAGE;

  private static final int WINDOW_BYTES = 256 << 10;

  private final ByteSource source;
  private final long fileOffset;
  private final int length;
  private final ByteBuffer window;
  private int windowStart = -1;

  /**
   * Looks at a log.
   *
   * @param length bytes, a multiple of 1 MiB up to 1 GiB, within the file
   */
  LogRing(ByteSource source, long fileOffset, int length) {
    this.source = source;
    this.fileOffset = fileOffset;
    this.length = length;
    this.window =
        ByteBuffer.allocate(Math.min(WINDOW_BYTES, length)).order(ByteOrder.LITTLE_ENDIAN);
  }

  int length() {
    return length;
  }

  /** Where the byte at an offset from the ring's start, taken around its end, is in the file. */
  long fileOffset(long ringOffset) {
    return fileOffset + ringOffset % length;
  }

  /**
   * Returns a sector, which stays valid until the next call.
   *
   * @param ringOffset a multiple of 4096; taken around the ring's end
   */
  ByteBuffer sector(long ringOffset) throws IOException {
    int at = (int) (ringOffset % length);
    int start = at - at % window.capacity();
    if (start != windowStart) {
      windowStart = -1;
      ReplayedSource.readFully(source, fileOffset + start, window.clear());
      windowStart = start;
    }
    return window.slice(at - start, SECTOR).order(ByteOrder.LITTLE_ENDIAN);
  }
}
