package dozo.vhdx.read;

import dozo.vhdx.format.Place;
import dozo.vhdx.format.VhdxFormat;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A file as it would be if its log had been applied to it.
 *
 * <p>May be read by many threads.
 */
final class ReplayedSource {

  private static final int TRAILING_BYTES = 4;
  private static final byte[] ZEROS = new byte[64 << 10];

  private final ByteSource source;
  private final LogOverlay overlay;
  private final long storedBytes;
  private final long length;

  ReplayedSource(ByteSource source, long storedBytes, LogOverlay overlay) {
    this.source = source;
    this.overlay = overlay;
    this.storedBytes = storedBytes;
    this.length = Math.max(storedBytes, overlay.end());
  }

  /** How long the file is once its log is applied. */
  long length() {
    return length;
  }

  /** Whether the log changes anything in a range. */
  boolean isPatched(long offset, long end) {
    LogOverlay.Patch patch = overlay.atOrAfter(offset);
    return patch != null && patch.start() < end;
  }

  /**
   * Fills the buffer.
   *
   * @param place what is read, to be named if the file does not reach that far
   */
  void read(long offset, ByteBuffer target, Place place) throws IOException {
    if (offset < 0 || offset > length - target.remaining()) {
      throw place.corrupt(
          "%d bytes within the file's %d".formatted(target.remaining(), length),
          "offset " + Long.toUnsignedString(offset));
    }
    long at = offset;
    while (target.hasRemaining()) {
      LogOverlay.Patch patch = overlay.isEmpty() ? null : overlay.atOrAfter(at);
      int count = target.remaining();
      if (patch == null) {
        readStored(at, target, count, place);
      } else if (patch.start() > at) {
        count = (int) Math.min(count, patch.start() - at);
        readStored(at, target, count, place);
      } else {
        count = (int) Math.min(count, patch.end() - at);
        readPatch(patch, at, target, count);
      }
      at += count;
    }
  }

  private void readStored(long offset, ByteBuffer target, int count, Place place)
      throws IOException {
    int stored = Math.clamp(storedBytes - offset, 0, count);
    int limit = target.limit();
    try {
      readFully(source, offset, target.limit(target.position() + stored));
    } catch (EOFException e) {
      throw place.changed(
          "a file of still %d bytes".formatted(storedBytes), String.valueOf(e.getMessage()));
    } finally {
      target.limit(limit);
    }
    putZeros(target, count - stored);
  }

  private void readPatch(LogOverlay.Patch patch, long offset, ByteBuffer target, int count)
      throws IOException {
    LogOverlay.Page data = patch.data();
    if (data == null) {
      putZeros(target, count);
      return;
    }
    ByteBuffer page = ByteBuffer.allocate(VhdxFormat.PAGE).order(ByteOrder.LITTLE_ENDIAN);
    readFully(source, data.sector(), page);
    page.putLong(0, data.leading());
    page.putInt(VhdxFormat.PAGE - TRAILING_BYTES, data.trailing());
    target.put(page.slice((int) (offset - patch.start()), count));
  }

  /** Puts so many zeros. */
  static void putZeros(ByteBuffer target, int count) {
    int left = count;
    while (left > 0) {
      int part = Math.min(left, ZEROS.length);
      target.put(ZEROS, 0, part);
      left -= part;
    }
  }

  /**
   * Fills the buffer from the file as it is stored.
   *
   * @throws EOFException if the file ends before
   */
  static void readFully(ByteSource source, long offset, ByteBuffer target) throws IOException {
    long at = offset;
    while (target.hasRemaining()) {
      int count = source.read(at, target);
      if (count < 0) {
        throw new EOFException("%s: the file ends before offset %d".formatted(source.name(), at));
      }
      at += count;
    }
  }
}
