package dozo.vhdx.synth;

import dozo.vhdx.Extent;
import dozo.vhdx.VirtualDisk;
import dozo.vhdx.format.FileHeader;
import dozo.vhdx.format.Guid;
import dozo.vhdx.format.MetadataItem;
import dozo.vhdx.format.MetadataTable;
import dozo.vhdx.format.Region;
import dozo.vhdx.format.RegionTable;
import dozo.vhdx.format.VhdxFormat;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What stands before the block table: a few short pieces, and zeros between them. The order of the
 * regions is the one that Windows writes.
 *
 * <p>Immutable.
 */
final class Prefix {

  /** Where the block table begins, and so where the prefix ends. */
  static final int END = 3 * VhdxFormat.MIB;

  private static final int LOG_OFFSET = VhdxFormat.MIB;
  private static final int METADATA_OFFSET = 2 * VhdxFormat.MIB;
  private static final String CREATOR = "Dozo";

  private final NavigableMap<Long, ByteBuffer> pieces = new TreeMap<>();

  /**
   * Computes the prefix.
   *
   * @param tableBytes length of the block table's region
   */
  Prefix(VirtualDisk disk, ImageParameters parameters, long tableBytes) {
    ByteBuffer creator = StandardCharsets.UTF_16LE.encode(CREATOR);
    put(
        0,
        littleEndian(VhdxFormat.CREATOR_OFFSET + creator.remaining())
            .putLong(VhdxFormat.FILE_SIGNATURE)
            .put(creator)
            .flip());
    put(VhdxFormat.HEADER_1_OFFSET, header(1, parameters.dataWriteGuid()));
    put(VhdxFormat.HEADER_2_OFFSET, header(2, parameters.dataWriteGuid()));
    ByteBuffer regions =
        new RegionTable(
                List.of(
                    new Region(Region.BAT, END, tableBytes, true),
                    new Region(Region.METADATA, METADATA_OFFSET, VhdxFormat.MIB, true)))
            .encode();
    put(VhdxFormat.REGION_TABLE_1_OFFSET, regions);
    put(VhdxFormat.REGION_TABLE_2_OFFSET, regions);
    putMetadata(disk, parameters.blockBytes());
  }

  private void putMetadata(VirtualDisk disk, int blockBytes) {
    ByteBuffer values = littleEndian(VhdxFormat.PAGE);
    List<MetadataItem> items = new ArrayList<>();
    int file = MetadataItem.REQUIRED;
    int virtualDisk = MetadataItem.REQUIRED | MetadataItem.VIRTUAL_DISK;
    // No flag of the second word is set: blocks may be absent, and there is no parent.
    values.putInt(blockBytes).putInt(0);
    items.add(item(MetadataItem.FILE_PARAMETERS, file, items, values));
    values.putLong(disk.sizeBytes());
    items.add(item(MetadataItem.DISK_SIZE, virtualDisk, items, values));
    Guid.put(values, values.position(), disk.id());
    values.position(values.position() + Guid.BYTES);
    items.add(item(MetadataItem.DISK_ID, virtualDisk, items, values));
    values.putInt(disk.logicalSectorBytes());
    items.add(item(MetadataItem.LOGICAL_SECTOR, virtualDisk, items, values));
    values.putInt(disk.physicalSectorBytes());
    items.add(item(MetadataItem.PHYSICAL_SECTOR, virtualDisk, items, values));
    put(METADATA_OFFSET, new MetadataTable(items).encode());
    put(METADATA_OFFSET + VhdxFormat.TABLE_BYTES, values.flip());
  }

  /** The item whose value was written last: from the end of the item before to the position. */
  private static MetadataItem item(
      UUID id, int flags, List<MetadataItem> before, ByteBuffer values) {
    long start = before.isEmpty() ? VhdxFormat.TABLE_BYTES : before.getLast().end();
    return new MetadataItem(id, start, VhdxFormat.TABLE_BYTES + values.position() - start, flags);
  }

  private static ByteBuffer header(long sequenceNumber, UUID dataWriteGuid) {
    return new FileHeader(
            sequenceNumber,
            fileWriteGuid(dataWriteGuid),
            dataWriteGuid,
            Guid.NONE,
            0,
            1,
            VhdxFormat.MIB,
            LOG_OFFSET)
        .encode();
  }

  /** Nobody ever writes to the file, so that this may be derived; it must not be random. */
  private static UUID fileWriteGuid(UUID dataWriteGuid) {
    try {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update("dozo vhdx file write guid".getBytes(StandardCharsets.US_ASCII));
      ByteBuffer hash =
          ByteBuffer.wrap(
              sha256.digest(dataWriteGuid.toString().getBytes(StandardCharsets.US_ASCII)));
      // Version 8 of RFC 9562: bits of our own making.
      long high = (hash.getLong() & ~0xF000L) | 0x8000L;
      long low = (hash.getLong() & ~(3L << 62)) | (1L << 63);
      return new UUID(high, low);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static ByteBuffer littleEndian(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  private void put(long offset, ByteBuffer bytes) {
    pieces.put(offset, bytes);
  }

  /** How many bytes of the prefix are not known to be zeros. */
  long dataBytes() {
    return pieces.values().stream().mapToLong(ByteBuffer::limit).sum();
  }

  /**
   * Says whether there is a piece at an offset, and how far that goes.
   *
   * @param offset below {@link #END}
   */
  Extent extentAt(long offset) {
    Map.Entry<Long, ByteBuffer> piece = pieces.floorEntry(offset);
    if (piece != null && offset < piece.getKey() + piece.getValue().limit()) {
      long end = piece.getKey() + piece.getValue().limit();
      return new Extent(offset, end - offset, Extent.Kind.DATA);
    }
    Long next = pieces.higherKey(offset);
    return new Extent(offset, (next == null ? END : next) - offset, Extent.Kind.ZERO);
  }

  /** Reads what an extent of kind DATA that begins here holds, or its first part. */
  void read(long offset, ByteBuffer target) {
    Map.Entry<Long, ByteBuffer> piece = pieces.floorEntry(offset);
    if (piece == null) {
      throw new IllegalArgumentException("no piece at " + offset);
    }
    int at = (int) (offset - piece.getKey());
    target.put(piece.getValue().slice(at, target.remaining()));
  }
}
