package dozo.mount.partition;

import dozo.format.ChunkId;
import dozo.format.disk.DiskReader;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A disk in memory of any size: what was not written is zero. Each 4 KiB are one chunk. */
final class MemoryDisk implements DiskReader {
  private static final int BLOCK = 4096;
  private static final byte[] ZEROS = new byte[BLOCK];
  private final long sizeBytes;
  private final Map<Long, byte[]> blocks = new HashMap<>();

  /** How often it was read. */
  int reads;

  MemoryDisk(long sizeBytes) {
    this.sizeBytes = sizeBytes;
  }

  /** A disk with the bytes of a file. */
  static MemoryDisk of(Path file) throws IOException {
    MemoryDisk disk = new MemoryDisk(Files.size(file));
    try (InputStream in = Files.newInputStream(file)) {
      long at = 0;
      for (byte[] block = in.readNBytes(BLOCK); block.length > 0; block = in.readNBytes(BLOCK)) {
        if (!Arrays.equals(block, ZEROS)) {
          disk.put(at, block);
        }
        at += block.length;
      }
    }
    return disk;
  }

  MemoryDisk put(long offset, byte... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      long at = offset + i;
      blocks.computeIfAbsent(at / BLOCK, _ -> new byte[BLOCK])[(int) (at % BLOCK)] = bytes[i];
    }
    return this;
  }

  MemoryDisk put(long offset, String text) {
    return put(offset, text.getBytes(StandardCharsets.ISO_8859_1));
  }

  MemoryDisk putInt(long offset, int value) {
    return put(offset, ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(value).array());
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    Objects.checkFromIndexSize(offset, target.remaining(), sizeBytes);
    reads++;
    for (long at = offset; target.hasRemaining(); ) {
      int from = (int) (at % BLOCK);
      int length = Math.min(BLOCK - from, target.remaining());
      target.put(blocks.getOrDefault(at / BLOCK, ZEROS), from, length);
      at += length;
    }
  }

  @Override
  public List<Extent> extents(long offset, int maximum) {
    long begin = offset / BLOCK * BLOCK;
    long length = Math.min(BLOCK, sizeBytes - begin);
    ChunkId id = blocks.containsKey(offset / BLOCK) ? new ChunkId(1, 2, 3, begin) : Extent.HOLE;
    return List.of(new Extent(begin, length, id));
  }

  @Override
  public BitSet presence(int blockBytes, long firstBlock, int count) {
    throw new UnsupportedOperationException("Not needed to look at partitions");
  }

  @Override
  public void close() {}
}
