package dozo.mount.partition;

import dozo.format.disk.DiskReader;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * An ext3 or ext4 volume whose super block no longer says that its journal has to be replayed.
 * Programs that cannot write refuse it otherwise. What they see is what the kernel shows with the
 * option {@code noload}.
 *
 * <p>Safe for use by several threads. The volume stays the caller's to close.
 */
public final class UnreplayedExt implements DiskReader {
  private static final int SUPER_BLOCK = 1024;
  private static final int INCOMPATIBLE_AT = 96;
  private static final int READ_ONLY_COMPATIBLE_AT = 100;
  private static final int CHECKSUM_AT = 1020;
  private static final int NEEDS_RECOVERY = 0x4;
  private static final int CHECKSUMS = 0x400;

  private final DiskReader volume;
  private final ByteBuffer superBlock;

  /** Reads the super block of a volume that {@link ContentProbe} found to be ext3 or ext4. */
  public UnreplayedExt(DiskReader volume) throws IOException {
    this.volume = volume;
    this.superBlock = Bytes.read(volume, SUPER_BLOCK, SUPER_BLOCK);
    superBlock.putInt(INCOMPATIBLE_AT, superBlock.getInt(INCOMPATIBLE_AT) & ~NEEDS_RECOVERY);
    if ((superBlock.getInt(READ_ONLY_COMPATIBLE_AT) & CHECKSUMS) != 0) {
      CRC32C crc = new CRC32C();
      crc.update(superBlock.slice(0, CHECKSUM_AT));
      // ext4 leaves the last inversion out.
      superBlock.putInt(CHECKSUM_AT, ~(int) crc.getValue());
    }
  }

  @Override
  public long sizeBytes() {
    return volume.sizeBytes();
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    int start = target.position();
    volume.read(offset, target);
    long from = Math.max(offset, SUPER_BLOCK);
    long to = Math.min(offset + target.position() - start, 2L * SUPER_BLOCK);
    if (from < to) {
      int length = (int) (to - from);
      target.put(start + (int) (from - offset), superBlock, (int) (from - SUPER_BLOCK), length);
    }
  }

  @Override
  public List<Extent> extents(long offset, int maximum) throws IOException {
    return volume.extents(offset, maximum);
  }

  @Override
  public BitSet presence(int blockBytes, long firstBlock, int count) throws IOException {
    return volume.presence(blockBytes, firstBlock, count);
  }

  @Override
  public void close() {}
}
