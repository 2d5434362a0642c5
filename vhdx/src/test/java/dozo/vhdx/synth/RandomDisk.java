package dozo.vhdx.synth;

import dozo.vhdx.Extent;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;

/** A disk of any size whose data is a function of seed and offset, and which counts its callers. */
final class RandomDisk implements DiskContent {

  private final long seed;
  private final long size;
  private final TreeMap<Long, Long> data = new TreeMap<>();
  private final AtomicLong questions = new AtomicLong();
  private final AtomicLong reads = new AtomicLong();

  RandomDisk(long seed, long size) {
    this.seed = seed;
    this.size = size;
  }

  /** A disk with so many runs of data, anywhere and of any length up to a limit. */
  static RandomDisk withRuns(long seed, long size, int runs, long longest) {
    RandomDisk disk = new RandomDisk(seed, size);
    Random random = new Random(seed);
    for (int i = 0; i < runs; i++) {
      long start = random.nextLong(size);
      disk.put(start, Math.min(size - start, 1 + random.nextLong(longest)));
    }
    return disk;
  }

  /** Puts data somewhere; where it overlaps data, the two become one run. */
  RandomDisk put(long offset, long length) {
    long start = offset;
    long end = offset + length;
    Map.Entry<Long, Long> before = data.floorEntry(end);
    while (before != null && before.getValue() >= start) {
      start = Math.min(start, before.getKey());
      end = Math.max(end, before.getValue());
      data.remove(before.getKey());
      before = data.floorEntry(end);
    }
    data.put(start, end);
    return this;
  }

  /** How often anybody asked for an extent. */
  long questions() {
    return questions.get();
  }

  /** How often anybody read. */
  long reads() {
    return reads.get();
  }

  @Override
  public long sizeBytes() {
    return size;
  }

  @Override
  public Extent extentAt(long offset) {
    questions.incrementAndGet();
    return find(offset);
  }

  private Extent find(long offset) {
    Map.Entry<Long, Long> run = data.floorEntry(offset);
    if (run != null && offset < run.getValue()) {
      return new Extent(offset, run.getValue() - offset, Extent.Kind.DATA);
    }
    Long next = data.higherKey(offset);
    return new Extent(offset, (next == null ? size : next) - offset, Extent.Kind.ZERO);
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    reads.incrementAndGet();
    long at = offset;
    while (target.hasRemaining()) {
      Extent extent = find(at);
      int count = (int) Math.min(extent.length(), target.remaining());
      target.put(extent.kind() == Extent.Kind.DATA ? data(at, count) : ByteBuffer.allocate(count));
      at += count;
    }
  }

  private ByteBuffer data(long offset, int count) {
    int skip = (int) (offset % Long.BYTES);
    ByteBuffer words =
        ByteBuffer.allocate((skip + count + Long.BYTES - 1) / Long.BYTES * Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long word = offset / Long.BYTES; words.hasRemaining(); word++) {
      long mixed = (word + seed) * 0x9E3779B97F4A7C15L;
      mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
      words.putLong(mixed ^ (mixed >>> 29));
    }
    return words.slice(skip, count);
  }

  /** What the disk holds, which is zeros behind its end. */
  ByteBuffer expected(long offset, int count) {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    int inside = (int) Math.clamp(size - offset, 0L, (long) count);
    if (inside > 0) {
      read(offset, bytes.limit(inside));
    }
    return bytes.limit(count).position(0);
  }
}
