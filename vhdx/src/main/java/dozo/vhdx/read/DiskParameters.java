package dozo.vhdx.read;

import dozo.vhdx.VhdxException;
import dozo.vhdx.VirtualDisk;
import dozo.vhdx.format.BatGeometry;
import dozo.vhdx.format.Guid;
import dozo.vhdx.format.MetadataItem;
import dozo.vhdx.format.MetadataTable;
import dozo.vhdx.format.Place;
import dozo.vhdx.format.Region;
import dozo.vhdx.format.VhdxFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * What the metadata region says (MS-VHDX 2.6.2).
 *
 * @param disk the virtual disk
 * @param blockBytes size of a payload block
 * @param fixed whether all blocks were allocated when the file was made
 * @param parent where the parent is to be found, if the file has one
 */
record DiskParameters(
    VirtualDisk disk, int blockBytes, boolean fixed, Optional<ParentLocator> parent) {

  private static final int FIXED = 1;
  private static final int HAS_PARENT = 2;

  private static final Map<UUID, String> NAMES =
      Map.of(
          MetadataItem.FILE_PARAMETERS, "file parameters",
          MetadataItem.DISK_SIZE, "virtual disk size",
          MetadataItem.DISK_ID, "virtual disk id",
          MetadataItem.LOGICAL_SECTOR, "logical sector size",
          MetadataItem.PHYSICAL_SECTOR, "physical sector size",
          MetadataItem.PARENT_LOCATOR, "parent locator");

  /** An item's bytes and where they are. */
  private record Item(Place place, ByteBuffer bytes) {}

  /**
   * Reads the region.
   *
   * @param region within the file
   * @param warnings takes what is odd and yet allowed
   */
  static DiskParameters read(
      ReplayedSource source, Region region, String file, List<String> warnings) throws IOException {
    Place place = new Place(file, "metadata table", region.offset());
    ByteBuffer bytes = buffer(VhdxFormat.TABLE_BYTES);
    source.read(region.offset(), bytes, place);
    MetadataTable table = MetadataTable.decode(bytes.flip(), region.length(), place);
    for (MetadataItem item : table.items()) {
      if (item.isRequired() && (item.isUser() || !NAMES.containsKey(item.id()))) {
        throw place.unsupported("known items, where they are required", Guid.text(item.id()));
      }
    }
    Reader reader = new Reader(source, region, table, place);

    Item parameters = reader.item(MetadataItem.FILE_PARAMETERS, 8);
    long blockBytes = Integer.toUnsignedLong(parameters.bytes().getInt(0));
    if (!BatGeometry.isBlockSize(blockBytes)) {
      throw parameters
          .place()
          .corrupt("a block size that is a power of two from 1 to 256 MiB", blockBytes);
    }
    int flags = parameters.bytes().getInt(4);
    if ((flags & ~(FIXED | HAS_PARENT)) != 0) {
      warnings.add("file parameters have reserved bits set: 0x%08x".formatted(flags));
    }
    boolean hasParent = (flags & HAS_PARENT) != 0;
    Optional<MetadataItem> locator = table.find(MetadataItem.PARENT_LOCATOR);
    if (hasParent != locator.isPresent()) {
      throw parameters
          .place()
          .corrupt(
              "a parent locator exactly where there is a parent",
              hasParent ? "no locator" : "a locator, but no parent");
    }
    return new DiskParameters(
        disk(reader),
        (int) blockBytes,
        (flags & FIXED) != 0 && !hasParent,
        hasParent ? Optional.of(locator(reader, warnings)) : Optional.empty());
  }

  private static VirtualDisk disk(Reader reader) throws IOException {
    int logical = sector(reader.item(MetadataItem.LOGICAL_SECTOR, 4));
    int physical = sector(reader.item(MetadataItem.PHYSICAL_SECTOR, 4));
    Item size = reader.item(MetadataItem.DISK_SIZE, 8);
    long bytes = size.bytes().getLong(0);
    if (bytes <= 0 || bytes > VirtualDisk.MAX_SIZE_BYTES || bytes % logical != 0) {
      throw size.place()
          .corrupt(
              "a multiple of %d from 1 to %d".formatted(logical, VirtualDisk.MAX_SIZE_BYTES),
              Long.toUnsignedString(bytes));
    }
    UUID id = Guid.get(reader.item(MetadataItem.DISK_ID, Guid.BYTES).bytes(), 0);
    return new VirtualDisk(id, bytes, logical, physical);
  }

  private static int sector(Item item) throws VhdxException {
    int bytes = item.bytes().getInt(0);
    if (bytes != 512 && bytes != 4096) {
      throw item.place().corrupt("512 or 4096", Integer.toUnsignedString(bytes));
    }
    return bytes;
  }

  private static ParentLocator locator(Reader reader, List<String> warnings) throws IOException {
    Item item = reader.item(MetadataItem.PARENT_LOCATOR);
    return ParentLocator.decode(item.bytes(), item.place(), warnings);
  }

  private static ByteBuffer buffer(int bytes) {
    return ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Fetches items by their id. */
  private record Reader(ReplayedSource source, Region region, MetadataTable table, Place place) {

    Item item(UUID id, int length) throws IOException {
      Item item = item(id);
      if (item.bytes().limit() != length) {
        throw item.place().corrupt(length + " bytes", item.bytes().limit());
      }
      return item;
    }

    Item item(UUID id) throws IOException {
      String name = String.valueOf(NAMES.get(id));
      Optional<MetadataItem> found = table.find(id);
      if (found.isEmpty()) {
        throw place.corrupt("an item for the " + name, "none");
      }
      MetadataItem item = found.get();
      Place at = place.at(name, region.offset() + item.offset());
      ByteBuffer bytes = buffer((int) item.length());
      source.read(at.offset(), bytes, at);
      return new Item(at, bytes.flip());
    }
  }
}
