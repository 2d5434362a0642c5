package dozo.mount.image;

import java.io.IOException;
import java.nio.ByteBuffer;

/** Reads a disk out of a qcow2 file as the specification says, and checks what it meets. */
final class Qcow2Reader {
  private static final long OFFSET_MASK = 0x00FF_FFFF_FFFF_FE00L;

  private final DiskImage file;
  private final int clusterBytes;
  private final long sizeBytes;
  private final int tables;
  private final long directory;
  private final long refcountTable;

  Qcow2Reader(DiskImage file) throws IOException {
    this.file = file;
    ByteBuffer header = bytes(0, 112);
    require(header.getInt(0) == 0x514649FB && header.getInt(4) == 3, "magic and version");
    require(header.getLong(8) == 0 && header.getInt(32) == 0, "no backing file, no encryption");
    require(header.getLong(72) == 0 && header.getLong(88) == 0, "no features");
    require(header.getInt(96) == 4 && header.getInt(100) == 104, "refcounts of 2 bytes");
    require(header.getLong(104) == 0, "no extensions");
    this.clusterBytes = 1 << header.getInt(20);
    this.sizeBytes = header.getLong(24);
    this.tables = header.getInt(36);
    this.directory = header.getLong(40);
    this.refcountTable = header.getLong(48);
    require(tables == Math.ceilDiv(sizeBytes, clusterBytes / 8L * clusterBytes), "L1 size");
  }

  long sizeBytes() {
    return sizeBytes;
  }

  /** Where a byte of the disk stands in the file; 0 if its cluster is unallocated. */
  long find(long diskOffset) throws IOException {
    long cluster = diskOffset / clusterBytes;
    long perTable = clusterBytes / 8;
    long table = pointer(directory + cluster / perTable * 8);
    long data = table == 0 ? 0 : pointer(table + cluster % perTable * 8);
    return data == 0 ? 0 : data + diskOffset % clusterBytes;
  }

  private long pointer(long at) throws IOException {
    long entry = bytes(at, 8).getLong();
    long offset = entry & OFFSET_MASK;
    require(entry == 0 || entry == (offset | 1L << 63), "an entry is empty or says 'copied'");
    require(
        offset % clusterBytes == 0 && offset < file.sizeBytes(), "an entry points to a cluster");
    require(offset == 0 || refcount(offset / clusterBytes) == 1, "what is pointed to is counted");
    return offset;
  }

  /** The refcount of a cluster of the file. */
  int refcount(long cluster) throws IOException {
    long perBlock = clusterBytes / 2;
    long block = bytes(refcountTable + cluster / perBlock * 8, 8).getLong();
    return block == 0 ? 0 : bytes(block + cluster % perBlock * 2, 2).getShort();
  }

  /** Reads within a cluster. */
  byte[] read(long diskOffset, int count) throws IOException {
    long place = find(diskOffset);
    byte[] read = new byte[count];
    if (place != 0) {
      bytes(place, count).get(read);
    }
    return read;
  }

  private ByteBuffer bytes(long offset, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    file.read(offset, bytes);
    return bytes.flip();
  }

  private static void require(boolean holds, String what) {
    if (!holds) {
      throw new AssertionError("violated: " + what);
    }
  }
}
