package dozo.vhdx.format;

import dozo.vhdx.VhdxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * The table at the head of the metadata region (MS-VHDX 2.6.1).
 *
 * @param items in the order of the table
 */
public record MetadataTable(List<MetadataItem> items) {

  private static final long SIGNATURE = VhdxFormat.signature("metadata");
  private static final int COUNT_OFFSET = 10;
  private static final int HEADER_BYTES = 32;
  private static final int ENTRY_BYTES = 32;
  private static final int MAX_USER_ITEMS = 1024;

  private record Key(UUID id, boolean user) {}

  /** Takes a copy of the list. */
  public MetadataTable {
    items = List.copyOf(items);
  }

  /**
   * Reads the table.
   *
   * @param bytes {@link VhdxFormat#TABLE_BYTES} bytes from index 0
   * @param regionBytes length of the metadata region
   * @throws VhdxException if an item lies outside the region or over another one, stands there
   *     twice, or breaks a limit of the format
   */
  public static MetadataTable decode(ByteBuffer bytes, long regionBytes, Place place)
      throws VhdxException {
    if (bytes.getLong(0) != SIGNATURE) {
      throw place.corrupt("signature 'metadata'", "0x%016x".formatted(bytes.getLong(0)));
    }
    int count = Short.toUnsignedInt(bytes.getShort(COUNT_OFFSET));
    if (count > VhdxFormat.MAX_TABLE_ENTRIES) {
      throw place.corrupt("at most " + VhdxFormat.MAX_TABLE_ENTRIES + " items", count);
    }
    List<MetadataItem> items = new ArrayList<>();
    Set<Key> seen = new HashSet<>();
    int users = 0;
    for (int i = 0; i < count; i++) {
      int at = HEADER_BYTES + i * ENTRY_BYTES;
      MetadataItem item =
          new MetadataItem(
              Guid.get(bytes, at),
              Integer.toUnsignedLong(bytes.getInt(at + 16)),
              Integer.toUnsignedLong(bytes.getInt(at + 20)),
              bytes.getInt(at + 24));
      Place entry = place.at("%s, entry %d".formatted(place.structure(), i), place.offset() + at);
      validate(item, regionBytes, entry);
      if (!seen.add(new Key(item.id(), item.isUser()))) {
        throw entry.corrupt("an item id that is not in use", Guid.text(item.id()));
      }
      users += item.isUser() ? 1 : 0;
      items.add(item);
    }
    if (users > MAX_USER_ITEMS) {
      throw place.corrupt("at most " + MAX_USER_ITEMS + " user items", users);
    }
    rejectOverlap(items, place);
    return new MetadataTable(items);
  }

  private static void validate(MetadataItem item, long regionBytes, Place entry)
      throws VhdxException {
    if (item.length() == 0) {
      if (item.offset() != 0) {
        throw entry.corrupt("offset 0 of an empty item", item.offset());
      }
      return;
    }
    if (item.length() > VhdxFormat.MIB) {
      throw entry.corrupt("an item of at most 1 MiB", item.length());
    }
    if (item.offset() < VhdxFormat.TABLE_BYTES || item.end() > regionBytes) {
      throw entry.corrupt(
          "an item from %d to %d of the region".formatted(VhdxFormat.TABLE_BYTES, regionBytes),
          "%d to %d".formatted(item.offset(), item.end()));
    }
  }

  private static void rejectOverlap(List<MetadataItem> items, Place place) throws VhdxException {
    List<MetadataItem> sorted =
        items.stream()
            .filter(item -> item.length() > 0)
            .sorted(Comparator.comparingLong(MetadataItem::offset))
            .toList();
    for (int i = 1; i < sorted.size(); i++) {
      MetadataItem before = sorted.get(i - 1);
      MetadataItem item = sorted.get(i);
      if (item.offset() < before.end()) {
        throw place.corrupt(
            "items that do not overlap",
            "%s at %d and %s at %d of the region"
                .formatted(
                    Guid.text(before.id()), before.offset(), Guid.text(item.id()), item.offset()));
      }
    }
  }

  /** Finds an item of the format's own, that is, none that a user made. */
  public Optional<MetadataItem> find(UUID id) {
    return items.stream().filter(item -> !item.isUser() && item.id().equals(id)).findFirst();
  }

  /** Returns the table's bytes up to the end of its last entry, from position 0 to the limit. */
  public ByteBuffer encode() {
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER_BYTES + items.size() * ENTRY_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putLong(0, SIGNATURE);
    bytes.putShort(COUNT_OFFSET, (short) items.size());
    int at = HEADER_BYTES;
    for (MetadataItem item : items) {
      Guid.put(bytes, at, item.id());
      bytes.putInt(at + 16, (int) item.offset());
      bytes.putInt(at + 20, (int) item.length());
      bytes.putInt(at + 24, item.flags());
      at += ENTRY_BYTES;
    }
    return bytes;
  }
}
