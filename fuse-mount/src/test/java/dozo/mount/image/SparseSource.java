package dozo.mount.image;

import dozo.format.ChunkId;
import dozo.format.disk.ChunkConsumer;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.DiskReader;
import dozo.format.disk.Extent;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.mount.read.ReadCache;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** A disk of any size whose data is a function of seed and offset, and which counts questions. */
public final class SparseSource implements ChunkSource {
  private static final int CHUNK_BYTES = 64 << 10;

  private final long seed;
  private final long size;
  private final TreeMap<Long, Long> runs = new TreeMap<>();

  /** How often anybody asked where there is data. */
  public final AtomicLong questions = new AtomicLong();

  /** How often anybody fetched chunks. */
  public final AtomicLong fetches = new AtomicLong();

  /** Makes an empty disk. */
  public SparseSource(long seed, long sizeBytes) {
    this.seed = seed;
    this.size = sizeBytes;
  }

  /** Puts runs of data anywhere, of any length up to a limit. */
  SparseSource withRuns(int count, long longest) {
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      long start = random.nextLong(size);
      put(start, 1 + random.nextLong(longest));
    }
    return this;
  }

  /** Puts data somewhere; what lies behind the disk's end is left out. */
  public SparseSource put(long offset, long length) {
    long start = offset;
    long end = Math.min(size, offset + length);
    Map.Entry<Long, Long> before = runs.floorEntry(end);
    while (before != null && before.getValue() >= start) {
      start = Math.min(start, before.getKey());
      end = Math.max(end, before.getValue());
      runs.remove(before.getKey());
      before = runs.floorEntry(end);
    }
    runs.put(start, end);
    return this;
  }

  /** A restore point that has this disk, called {@code disk0}. */
  public RestorePoint point(int sectorBytes) {
    DiskEntry disk =
        new DiskEntry(
            "disk0",
            new DiskGeometry(size, sectorBytes, 4096),
            new UUID(7, seed),
            new MapRoot(new ChunkId(1, 2, 3, 4), 2, dataBytes()));
    return new RestorePoint(
        new RestorePointId(new UUID(0x0196f3a0_1234_7000L + (seed & 0xFFF), 1L << 63)),
        Instant.parse("2026-11-21T12:00:00.123Z"),
        new VmRef("default", new UUID(1, 2), "web", "hv1"),
        "default",
        Consistency.NONE,
        List.of(disk),
        List.of(),
        new TreeMap<>(),
        IngestStatistics.NONE);
  }

  /** The disk in a format, of a restore point that has nothing else. */
  DiskImage image(ImageFormat format, VhdxForm form, int sectorBytes, ReadCache cache)
      throws IOException {
    RestorePoint point = point(sectorBytes);
    return DiskImages.of(format, point, point.disks().getFirst(), form, reader(cache));
  }

  DiskReader reader(ReadCache cache) {
    return cache.open(this);
  }

  @Override
  public long sizeBytes() {
    return size;
  }

  @Override
  public long dataBytes() {
    return runs.entrySet().stream().mapToLong(run -> run.getValue() - run.getKey()).sum();
  }

  /** The runs of data, in order: where each begins, and where it ends. */
  Map<Long, Long> runs() {
    return runs;
  }

  @Override
  public List<Extent> extents(long offset, int maximum) {
    Objects.checkIndex(offset, size);
    List<Extent> extents = new ArrayList<>();
    for (long at = offset; at < size && extents.size() < maximum; at = extents.getLast().end()) {
      extents.add(extentAt(at));
    }
    return extents;
  }

  /** The chunk or hole that covers a byte, whole. */
  private Extent extentAt(long offset) {
    Map.Entry<Long, Long> run = runs.floorEntry(offset);
    if (run == null || run.getValue() <= offset) {
      long start = run == null ? 0 : run.getValue();
      Long next = runs.higherKey(offset);
      return new Extent(start, (next == null ? size : next) - start, Extent.HOLE);
    }
    long start = Math.max(run.getKey(), offset / CHUNK_BYTES * CHUNK_BYTES);
    long end = Math.min(run.getValue(), (offset / CHUNK_BYTES + 1) * CHUNK_BYTES);
    return new Extent(start, end - start, new ChunkId(seed, start, end - start, 1));
  }

  @Override
  public void fetch(List<Extent> chunks, ChunkConsumer consumer) throws IOException {
    fetches.incrementAndGet();
    for (int i = 0; i < chunks.size(); i++) {
      consumer.accept(i, data(chunks.get(i).offset(), (int) chunks.get(i).lengthBytes()));
    }
  }

  private ByteBuffer data(long offset, int count) {
    int skip = (int) (offset % Long.BYTES);
    ByteBuffer words =
        ByteBuffer.allocate(Math.ceilDiv(skip + count, Long.BYTES) * Long.BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    for (long word = offset / Long.BYTES; words.hasRemaining(); word++) {
      long mixed = (word + seed) * 0x9E3779B97F4A7C15L;
      mixed = (mixed ^ (mixed >>> 32)) * 0xD6E8FEB86659FD93L;
      words.putLong(mixed ^ (mixed >>> 29));
    }
    return words.slice(skip, count);
  }

  /** What the disk holds, which is zeros in holes and behind its end. */
  public byte[] expected(long offset, int count) {
    byte[] bytes = new byte[count];
    long end = Math.min(size, offset + count);
    for (long at = offset; at < end; ) {
      Extent extent = extentAt(at);
      int length = (int) (Math.min(end, extent.end()) - at);
      if (!extent.isHole()) {
        data(at, length).get(bytes, (int) (at - offset), length);
      }
      at += length;
    }
    return bytes;
  }

  @Override
  public BitSet presence(int blockBytes, long firstBlock, int count) {
    questions.incrementAndGet();
    Objects.checkIndex(firstBlock * blockBytes, size);
    BitSet present = new BitSet();
    runs.forEach((start, end) -> {
      long first = Math.max(firstBlock, start / blockBytes);
      long last = Math.min(firstBlock + count - 1, (end - 1) / blockBytes);
      if (first <= last) {
        present.set((int) (first - firstBlock), (int) (last - firstBlock) + 1);
      }
    });
    return present;
  }

  @Override
  public void close() {}
}
