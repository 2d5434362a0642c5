package dozo.mount.image;

import static dozo.mount.image.Qcow2Layout.CLUSTER_BYTES;
import static dozo.mount.image.Qcow2Layout.ENTRIES;
import static dozo.mount.image.Qcow2Layout.REFCOUNTS;

import dozo.format.disk.DiskReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/**
 * A qcow2 file of version 3, without compression, encryption, backing file or snapshots.
 *
 * <p>Clusters that hold no data are unallocated, and so are L2 tables and refcount blocks that
 * would say nothing else. They keep their place in the file, with a refcount of 0: the file is as
 * long as the disk and its tables, but sparse. A program that writes to a copy of it finds room
 * there.
 *
 * <p>The header (section "Header"; numbers are big-endian):
 *
 * <pre>
 *   0  4  magic "QFI\xfb"                      56  4  clusters of the refcount table
 *   4  4  version: 3                           60  4  snapshots: 0
 *   8  8  backing file's name: none            64  8  where they are: 0
 *  16  4  length of that name: 0               72  8  incompatible features: none
 *  20  4  cluster bits: 16                     80  8  compatible features: none
 *  24  8  size of the disk                     88  8  features that clear themselves: none
 *  32  4  encryption: none                     96  4  refcount order: 4, for 2 bytes
 *  36  4  entries of the L1 table             100  4  length of the header: 104
 *  40  8  where it is                         104  8  the end of the header's extensions
 *  48  8  where the refcount table is
 * </pre>
 *
 * <p>Bit 63 of an entry of an L1 or L2 table says that what it points to has a refcount of 1, as
 * everything here has (sections "L1 table entry", "L2 table entry").
 */
final class Qcow2Image implements DiskImage {
  private static final int MAGIC = 0x514649FB;
  private static final int VERSION = 3;
  private static final int REFCOUNT_ORDER = 4;
  private static final int HEADER_BYTES = 104;
  private static final long COPIED = 1L << 63;

  /** How much of the tables is computed at a time. */
  private static final int PAGE_BYTES = 4096;

  private static final byte[] ZEROS = new byte[PAGE_BYTES];

  private final DiskReader reader;
  private final long dataBytes;
  private final Qcow2Layout layout;
  private final PresentClusters present;

  Qcow2Image(DiskReader reader, long dataBytes) {
    this.reader = reader;
    this.dataBytes = dataBytes;
    this.layout = Qcow2Layout.of(reader.sizeBytes());
    this.present = new PresentClusters(reader);
  }

  @Override
  public long sizeBytes() {
    return Qcow2Layout.offset(layout.clusters());
  }

  @Override
  public long allocatedBytes() {
    return dataBytes + Qcow2Layout.offset(layout.refcountBlocksAt());
  }

  @Override
  public void read(long fileOffset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(fileOffset, target.remaining(), sizeBytes());
    long diskAt = Qcow2Layout.offset(layout.diskAt());
    long at = fileOffset;
    if (at < diskAt && target.hasRemaining()) {
      ByteBuffer page = ByteBuffer.allocate(PAGE_BYTES);
      while (at < diskAt && target.hasRemaining()) {
        int inPage = (int) (at % PAGE_BYTES);
        fill(page.clear(), at - inPage);
        int count = Math.min(target.remaining(), PAGE_BYTES - inPage);
        target.put(page.slice(inPage, count));
        at += count;
      }
    }
    readDisk(at - diskAt, target);
  }

  private void readDisk(long offset, ByteBuffer target) throws IOException {
    int limit = target.limit();
    int count = (int) Math.clamp(layout.diskBytes() - offset, 0L, (long) target.remaining());
    if (count > 0) {
      target.limit(target.position() + count);
      try {
        reader.read(offset, target);
      } finally {
        target.limit(limit);
      }
    }
    while (target.hasRemaining()) {
      target.put(ZEROS, 0, Math.min(ZEROS.length, target.remaining()));
    }
  }

  /** Fills a page, which never has more than one kind of things. */
  private void fill(ByteBuffer page, long fileOffset) throws IOException {
    int cluster = (int) (fileOffset / CLUSTER_BYTES);
    if (cluster == 0) {
      if (fileOffset == 0) {
        putHeader(page);
      }
    } else if (cluster < layout.directoryAt()) {
      putRefcountTable(page, entry(fileOffset, layout.refcountTableAt()));
    } else if (cluster < layout.refcountBlocksAt()) {
      putDirectory(page, entry(fileOffset, layout.directoryAt()));
    } else if (cluster < layout.tablesAt()) {
      putRefcounts(
          page, (fileOffset - Qcow2Layout.offset(layout.refcountBlocksAt())) / Short.BYTES);
    } else {
      putTable(page, entry(fileOffset, layout.tablesAt()));
    }
    while (page.hasRemaining()) {
      page.put((byte) 0);
    }
  }

  private static long entry(long fileOffset, int firstCluster) {
    return (fileOffset - Qcow2Layout.offset(firstCluster)) / Long.BYTES;
  }

  private void putHeader(ByteBuffer page) {
    page.putInt(MAGIC)
        .putInt(VERSION)
        .putLong(0)
        .putInt(0)
        .putInt(Qcow2Layout.CLUSTER_BITS)
        .putLong(layout.diskBytes())
        .putInt(0)
        .putInt(layout.tables())
        .putLong(Qcow2Layout.offset(layout.directoryAt()))
        .putLong(Qcow2Layout.offset(layout.refcountTableAt()))
        .putInt(layout.refcountTableClusters())
        .putInt(0)
        .putLong(0)
        .putLong(0)
        .putLong(0)
        .putLong(0)
        .putInt(REFCOUNT_ORDER)
        .putInt(HEADER_BYTES);
  }

  private void putRefcountTable(ByteBuffer page, long firstBlock) throws IOException {
    for (long block = firstBlock; block < layout.refcountBlocks() && page.hasRemaining(); block++) {
      page.putLong(
          hasRefcountBlock((int) block)
              ? Qcow2Layout.offset(layout.refcountBlocksAt() + block)
              : 0);
    }
  }

  private void putDirectory(ByteBuffer page, long firstTable) throws IOException {
    for (long table = firstTable; table < layout.tables() && page.hasRemaining(); table++) {
      page.putLong(
          present.hasTable((int) table)
              ? Qcow2Layout.offset(layout.tablesAt() + table) | COPIED
              : 0);
    }
  }

  private void putTable(ByteBuffer page, long firstCluster) throws IOException {
    long end = layout.diskClusters();
    for (long cluster = firstCluster; cluster < end && page.hasRemaining(); cluster++) {
      page.putLong(
          present.contains(cluster) ? Qcow2Layout.offset(layout.diskAt() + cluster) | COPIED : 0);
    }
  }

  private void putRefcounts(ByteBuffer page, long firstCluster) throws IOException {
    if (!hasRefcountBlock((int) (firstCluster / REFCOUNTS))) {
      return;
    }
    long end = layout.clusters();
    for (long cluster = firstCluster; cluster < end && page.hasRemaining(); cluster++) {
      page.putShort((short) (isUsed(cluster) ? 1 : 0));
    }
  }

  private boolean isUsed(long cluster) throws IOException {
    if (cluster < layout.refcountBlocksAt()) {
      return true;
    }
    if (cluster < layout.tablesAt()) {
      return hasRefcountBlock((int) cluster - layout.refcountBlocksAt());
    }
    if (cluster < layout.diskAt()) {
      return present.hasTable((int) cluster - layout.tablesAt());
    }
    return present.contains(cluster - layout.diskAt());
  }

  /** Whether a refcount block is allocated: it covers tables, or a stretch that has data. */
  private boolean hasRefcountBlock(int block) throws IOException {
    long first = (long) block * REFCOUNTS - layout.diskAt();
    if (first < 0) {
      return true;
    }
    long end = Math.min(first + REFCOUNTS, layout.diskClusters());
    for (int table = (int) (first / ENTRIES); (long) table * ENTRIES < end; table++) {
      if (present.hasTable(table)) {
        return true;
      }
    }
    return false;
  }

  @Override
  public Run placeOf(long diskOffset) {
    return new Run(
        Qcow2Layout.offset(layout.diskAt()) + diskOffset, layout.diskBytes() - diskOffset);
  }

  @Override
  public Optional<Run> nextFrame(long fileOffset) throws IOException {
    long fixedEnd = Qcow2Layout.offset(layout.refcountBlocksAt());
    if (fileOffset < fixedEnd) {
      return Optional.of(new Run(fileOffset, fixedEnd - fileOffset));
    }
    int cluster = (int) Math.min(fileOffset / CLUSTER_BYTES, layout.diskAt());
    while (cluster < layout.tablesAt() && !isUsed(cluster)) {
      cluster++;
    }
    if (cluster >= layout.tablesAt() && cluster < layout.diskAt()) {
      int table = present.nextTable(cluster - layout.tablesAt());
      cluster = table < 0 ? layout.diskAt() : layout.tablesAt() + table;
    }
    if (cluster >= layout.diskAt()) {
      return Optional.empty();
    }
    long begin = Math.max(fileOffset, Qcow2Layout.offset(cluster));
    return Optional.of(new Run(begin, Qcow2Layout.offset(cluster + 1L) - begin));
  }
}
