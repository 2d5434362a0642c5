package dozo.format.pack;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Reads zeros where the input cannot be read: in bad sectors, and past the end. For the eyes of
 * those only who check what they read.
 */
final class ForgivingInput implements RangedInput {

  /** What is read again alone if a longer read fails: a sector of today's disks. */
  private static final int SECTOR_BYTES = 4_096;

  private final RangedInput input;
  private final long readable;

  ForgivingInput(RangedInput input) throws IOException {
    this.input = input;
    this.readable = input.sizeBytes();
  }

  /** The length of the input; more can be read. */
  @Override
  public long sizeBytes() {
    return readable;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    if (!tryRead(offset, target, target.remaining())) {
      while (target.hasRemaining()) {
        long at = offset;
        int step = (int) Math.min(target.remaining(), SECTOR_BYTES - at % SECTOR_BYTES);
        if (!tryRead(at, target, step)) {
          target.put(new byte[step]);
        }
        offset += step;
      }
    }
  }

  /** Reads so many bytes, as zeros those past the end; or nothing, and leaves the target alone. */
  private boolean tryRead(long offset, ByteBuffer target, int length) {
    int there = (int) Math.max(0, Math.min(length, readable - offset));
    try {
      if (there > 0) {
        input.read(offset, target.slice(target.position(), there));
      }
    } catch (IOException e) {
      return false;
    }
    target.position(target.position() + there);
    target.put(new byte[length - there]);
    return true;
  }
}
