package dozo.repository.crash;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * A file that grows at its end. What was appended since the last sync may be lost, torn or written
 * out of order; what a failed sync was asked for stays so for ever. Guarded by its machine.
 */
final class SimulatedFile implements SimulatedDisk.Node {

  private static final int SECTOR_BYTES = 512;
  private static final int PAGE_BYTES = 4096;

  private byte[] bytes;
  private int length;

  /** All before this place has been through a sync. */
  private int settled;

  /** Ranges of what is settled that a failed sync left in doubt. */
  private final List<Range> doomed = new ArrayList<>();

  private record Range(int from, int to) {}

  SimulatedFile() {
    this(new byte[0], 0);
  }

  private SimulatedFile(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
    this.settled = length;
  }

  int length() {
    return length;
  }

  /** The content as programs see it; its length is {@link #length}. */
  byte[] bytes() {
    return bytes;
  }

  void append(ByteBuffer appended) {
    ByteBuffer source = appended.duplicate();
    if (length + source.remaining() > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + source.remaining()));
    }
    int count = source.remaining();
    source.get(bytes, length, count);
    length += count;
  }

  void sync(boolean failed) {
    if (failed && settled < length) {
      doomed.add(new Range(settled, length));
    }
    settled = length;
  }

  /** The file as it may be after a power cut. */
  SimulatedFile afterPowerCut(Random random) {
    List<Range> doubtful = new ArrayList<>(doomed);
    if (settled < length) {
      doubtful.add(new Range(settled, length));
    }
    if (doubtful.isEmpty()) {
      return new SimulatedFile(bytes, length);
    }
    byte[] left = Arrays.copyOf(bytes, length);
    int size = length;
    for (Range range : doubtful) {
      int kept = damage(left, range, random);
      if (range.to == length) {
        size = kept;
      }
    }
    return new SimulatedFile(left, size);
  }

  /** Damages what is in doubt; returns where it ends if nothing follows. */
  private static int damage(byte[] left, Range range, Random random) {
    boolean garbage = random.nextBoolean();
    return switch (random.nextInt(4)) {
      case 0 -> {
        lose(left, range.from, range.to, garbage, random);
        yield range.from;
      }
      case 1 -> range.to;
      case 2 -> {
        int sectors = (range.to - range.from) / SECTOR_BYTES + 1;
        int torn =
            range.from / SECTOR_BYTES * SECTOR_BYTES + random.nextInt(sectors) * SECTOR_BYTES;
        int end = Math.clamp(torn, range.from, range.to);
        lose(left, end, range.to, garbage, random);
        yield random.nextBoolean() ? end : range.to;
      }
      default -> {
        int unit = random.nextBoolean() ? SECTOR_BYTES : PAGE_BYTES;
        for (int at = range.from; at < range.to; at = (at / unit + 1) * unit) {
          if (random.nextBoolean()) {
            lose(left, at, Math.min((at / unit + 1) * unit, range.to), garbage, random);
          }
        }
        yield range.to;
      }
    };
  }

  private static void lose(byte[] left, int from, int to, boolean garbage, Random random) {
    if (garbage) {
      byte[] stale = new byte[to - from];
      random.nextBytes(stale);
      System.arraycopy(stale, 0, left, from, stale.length);
    } else {
      Arrays.fill(left, from, to, (byte) 0);
    }
  }

  /** Puts zeros in the place of a range, as a disk that has lost it may. */
  void zero(int from, int to) {
    bytes = bytes.clone();
    Arrays.fill(bytes, from, to, (byte) 0);
  }

  /** A copy that shares what does not change. */
  SimulatedFile copy() {
    return new SimulatedFile(bytes, length);
  }
}
