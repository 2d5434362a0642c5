package dozo.vhdx.synth;

import dozo.vhdx.Extent;
import dozo.vhdx.VirtualDisk;
import dozo.vhdx.format.BatGeometry;
import dozo.vhdx.format.VhdxFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Objects;

/**
 * A dynamic VHDX file around a disk, of which every byte is computed when it is read.
 *
 * <p>May be read from any number of threads.
 */
public final class VhdxImage {

  private static final byte[] ZEROS = new byte[64 << 10];

  private final DiskContent content;
  private final VirtualDisk disk;
  private final int blockBytes;
  private final PresentBlocks present;
  private final Prefix prefix;
  private final BlockTable table;
  private final long payloadOffset;

  private VhdxImage(DiskContent content, ImageParameters parameters, PresentBlocks present) {
    this.content = content;
    this.disk = parameters.disk(content.sizeBytes());
    this.blockBytes = parameters.blockBytes();
    this.present = present;
    BatGeometry geometry = BatGeometry.of(disk, blockBytes, false);
    long tableBytes = VhdxFormat.roundUpToMib(geometry.entries() * BatGeometry.ENTRY_BYTES);
    this.payloadOffset = Prefix.END + tableBytes;
    this.prefix = new Prefix(disk, parameters, tableBytes);
    this.table = new BlockTable(geometry, present, payloadOffset);
  }

  /**
   * Lays a file around a disk. Costs one pass over the disk's extents, in which the rest of a block
   * that holds data is passed over, and reads nothing.
   *
   * @throws IOException if the disk cannot tell its extents
   */
  public static VhdxImage of(DiskContent content, ImageParameters parameters) throws IOException {
    long size = content.sizeBytes();
    if (size <= 0 || size > VirtualDisk.MAX_SIZE_BYTES) {
      throw new IllegalArgumentException(
          "disk size must be from 1 to %d bytes, not %d"
              .formatted(VirtualDisk.MAX_SIZE_BYTES, size));
    }
    return new VhdxImage(content, parameters, PresentBlocks.of(content, parameters.blockBytes()));
  }

  /** The disk as a guest sees it, with a size that is a multiple of its sectors. */
  public VirtualDisk disk() {
    return disk;
  }

  /** The size of a block. */
  public int blockBytes() {
    return blockBytes;
  }

  /** Where in the file the blocks begin; everything before is the frame around them. */
  public long payloadOffset() {
    return payloadOffset;
  }

  /**
   * Where in the file a byte of the disk stands, so that a copy can be written in any order. The
   * bytes up to the end of its block follow it.
   *
   * @param diskOffset from 0 to the disk's size, exclusive, in a block that may hold data
   * @throws IllegalArgumentException if the block holds none and takes no room in the file
   */
  public long fileOffsetOf(long diskOffset) {
    Objects.checkIndex(diskOffset, content.sizeBytes());
    int block = (int) (diskOffset / blockBytes);
    if (!present.contains(block)) {
      throw new IllegalArgumentException("block %d has no place in the file".formatted(block));
    }
    return payloadOffset + (long) present.rank(block) * blockBytes + diskOffset % blockBytes;
  }

  /**
   * Whether the block that a byte of the disk is in has a place in the file. What has none is
   * zeros.
   *
   * @param diskOffset from 0 to the disk's size, exclusive
   */
  public boolean hasPlace(long diskOffset) {
    Objects.checkIndex(diskOffset, content.sizeBytes());
    return present.contains((int) (diskOffset / blockBytes));
  }

  /** Length of the file. */
  public long sizeBytes() {
    return payloadOffset + (long) present.count() * blockBytes;
  }

  /** How much of the file is not known to be zeros: what its copy takes on a sparse file system. */
  public long allocatedBytes() {
    return prefix.dataBytes() + table.entryBytes() + (long) present.count() * blockBytes;
  }

  /**
   * Reads the file into the buffer's remaining space, as far as the file goes, and advances its
   * position.
   *
   * @param fileOffset not negative
   * @return how many bytes were read: what the buffer had room for, less only at the file's end
   * @throws IOException if the disk cannot be read; how far the position moved is then undefined
   */
  public int read(long fileOffset, ByteBuffer target) throws IOException {
    if (fileOffset < 0) {
      throw new IllegalArgumentException("offset must not be negative: " + fileOffset);
    }
    int count = (int) Math.min(Math.max(0, sizeBytes() - fileOffset), target.remaining());
    int limit = target.limit();
    int end = target.position() + count;
    long at = fileOffset;
    while (target.position() < end) {
      Part part = partAt(at);
      int length = (int) Math.min(part.end() - at, end - target.position());
      target.limit(target.position() + length);
      try {
        read(part, at, target);
      } finally {
        target.limit(limit);
      }
      at += length;
    }
    return count;
  }

  /** A part of the file that is computed in one way. */
  private sealed interface Part {

    /** The offset in the file just behind the part. */
    long end();

    /** Nothing but zeros. */
    record Zeros(long end) implements Part {}

    /** Bytes of the prefix. */
    record InPrefix(long end) implements Part {}

    /** Bytes of the block table. */
    record InTable(long end) implements Part {}

    /**
     * Bytes of the disk.
     *
     * @param shift what to add to an offset in the file to get the one on the disk
     */
    record OnDisk(long end, long shift) implements Part {}
  }

  private Part partAt(long offset) {
    if (offset < Prefix.END) {
      Extent extent = prefix.extentAt(offset);
      return switch (extent.kind()) {
        case DATA -> new Part.InPrefix(extent.end());
        case ZERO -> new Part.Zeros(extent.end());
      };
    }
    long tableEnd = Prefix.END + table.entryBytes();
    if (offset < tableEnd) {
      return new Part.InTable(tableEnd);
    }
    if (offset < payloadOffset) {
      return new Part.Zeros(payloadOffset);
    }
    int place = (int) ((offset - payloadOffset) / blockBytes);
    long start = payloadOffset + (long) place * blockBytes;
    long shift = (long) present.select(place) * blockBytes - start;
    long diskEnd = content.sizeBytes() - shift;
    long end = start + blockBytes;
    return offset < diskEnd ? new Part.OnDisk(Math.min(end, diskEnd), shift) : new Part.Zeros(end);
  }

  private void read(Part part, long at, ByteBuffer target) throws IOException {
    switch (part) {
      case Part.Zeros zeros -> putZeros(target);
      case Part.InPrefix inPrefix -> prefix.read(at, target);
      case Part.InTable inTable -> table.read(at - Prefix.END, target);
      case Part.OnDisk onDisk -> {
        content.read(at + onDisk.shift(), target);
        if (target.hasRemaining()) {
          throw new IllegalStateException(
              "the disk left out %d bytes at %d"
                  .formatted(target.remaining(), at + onDisk.shift()));
        }
      }
    }
  }

  private static void putZeros(ByteBuffer target) {
    while (target.hasRemaining()) {
      target.put(ZEROS, 0, Math.min(ZEROS.length, target.remaining()));
    }
  }

  /**
   * Says whether there may be anything but zeros at an offset, and how far that goes, so that the
   * file can be copied sparsely.
   *
   * @param fileOffset from 0 to the file's length, exclusive
   * @return a run that begins at the offset; the next one may be of the same kind
   */
  public Extent extentAt(long fileOffset) throws IOException {
    Objects.checkIndex(fileOffset, sizeBytes());
    Part part = partAt(fileOffset);
    long length = part.end() - fileOffset;
    return switch (part) {
      case Part.Zeros zeros -> new Extent(fileOffset, length, Extent.Kind.ZERO);
      case Part.InPrefix inPrefix -> new Extent(fileOffset, length, Extent.Kind.DATA);
      case Part.InTable inTable -> new Extent(fileOffset, length, Extent.Kind.DATA);
      case Part.OnDisk onDisk -> {
        Extent onContent = content.extentAt(fileOffset + onDisk.shift());
        yield new Extent(fileOffset, Math.min(length, onContent.length()), onContent.kind());
      }
    };
  }

  /**
   * Writes the file sparsely: runs of zeros are passed over, so the target must be new, or hold
   * nothing but zeros. It is not synced.
   *
   * @param target open for writing
   */
  public void copyTo(FileChannel target) throws IOException {
    SparseCopy.copy(this, target);
  }
}
