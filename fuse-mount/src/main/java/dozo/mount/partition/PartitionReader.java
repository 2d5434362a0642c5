package dozo.mount.partition;

import dozo.format.disk.DiskReader;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;

/**
 * A partition as a disk of its own. Its extents are those of the disk, the first and the last cut
 * where the partition begins and ends: a cut one names its chunk without being all of it.
 *
 * <p>Safe for use by several threads. The disk stays the caller's to close.
 */
public final class PartitionReader implements DiskReader {
  private final DiskReader disk;
  private final long offset;
  private final long sizeBytes;

  /** Takes a partition that lies on the disk. */
  public PartitionReader(DiskReader disk, Partition partition) {
    Objects.checkFromIndexSize(partition.offset(), partition.lengthBytes(), disk.sizeBytes());
    this.disk = disk;
    this.offset = partition.offset();
    this.sizeBytes = partition.lengthBytes();
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void read(long at, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(at, target.remaining(), sizeBytes);
    disk.read(offset + at, target);
  }

  @Override
  public List<Extent> extents(long at, int maximum) throws IOException {
    Objects.checkIndex(at, sizeBytes);
    List<Extent> own = new ArrayList<>();
    for (Extent extent : disk.extents(offset + at, maximum)) {
      long begin = Math.max(extent.offset(), offset);
      long end = Math.min(extent.end(), offset + sizeBytes);
      if (begin >= end) {
        break;
      }
      own.add(new Extent(begin - offset, end - begin, extent.id()));
    }
    return own;
  }

  /**
   * As {@link DiskReader#presence}, for blocks that also begin at a whole block of the disk.
   *
   * @throws IllegalArgumentException if they do not
   */
  @Override
  public BitSet presence(int blockBytes, long firstBlock, int count) throws IOException {
    if (offset % blockBytes != 0) {
      throw new IllegalArgumentException(
          "A partition at " + offset + " does not begin at a whole block of " + blockBytes);
    }
    return disk.presence(blockBytes, offset / blockBytes + firstBlock, count);
  }

  @Override
  public void close() {}
}
