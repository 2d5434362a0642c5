package dozo.vhdx.format;

import dozo.vhdx.VhdxException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/**
 * The region table (MS-VHDX 2.2.3), which says where the block table and the metadata are. It
 * stands in the file twice.
 *
 * @param regions in the order of the table, no id twice
 */
public record RegionTable(List<Region> regions) {

  private static final int SIGNATURE = (int) VhdxFormat.signature("regi");
  private static final int HEADER_BYTES = 16;
  private static final int ENTRY_BYTES = 32;

  /** Takes a copy of the list. */
  public RegionTable {
    regions = List.copyOf(regions);
  }

  /**
   * Checks signature and checksum of one copy.
   *
   * @param bytes {@link VhdxFormat#TABLE_BYTES} bytes from index 0 to the limit
   * @throws VhdxException if the copy is damaged, so that the other one may be tried
   */
  public static void verify(ByteBuffer bytes, Place place) throws VhdxException {
    if (bytes.getInt(0) != SIGNATURE) {
      throw place.corrupt("signature 'regi'", "0x%08x".formatted(bytes.getInt(0)));
    }
    Checksum.verify(bytes, place);
  }

  /**
   * Reads a copy that was verified.
   *
   * @throws VhdxException if an entry breaks the format, names an unknown required region, or if
   *     one of the two that every file has is missing
   */
  public static RegionTable decode(ByteBuffer bytes, Place place) throws VhdxException {
    long count = Integer.toUnsignedLong(bytes.getInt(8));
    if (count > VhdxFormat.MAX_TABLE_ENTRIES) {
      throw place.corrupt("at most " + VhdxFormat.MAX_TABLE_ENTRIES + " regions", count);
    }
    List<Region> regions = new ArrayList<>();
    Set<UUID> seen = new HashSet<>();
    for (int i = 0; i < count; i++) {
      int at = HEADER_BYTES + i * ENTRY_BYTES;
      Region region =
          new Region(
              Guid.get(bytes, at),
              bytes.getLong(at + 16),
              Integer.toUnsignedLong(bytes.getInt(at + 24)),
              (bytes.getInt(at + 28) & 1) != 0);
      Place entry = place.at("%s, entry %d".formatted(place.structure(), i), place.offset() + at);
      validate(region, entry);
      if (!seen.add(region.id())) {
        throw entry.corrupt("a region id that is not in use", Guid.text(region.id()));
      }
      regions.add(region);
    }
    for (UUID needed : List.of(Region.BAT, Region.METADATA)) {
      if (!seen.contains(needed)) {
        throw place.corrupt("a region " + Guid.text(needed), "none");
      }
    }
    return new RegionTable(regions);
  }

  private static void validate(Region region, Place entry) throws VhdxException {
    if (region.required() && !region.isKnown()) {
      throw entry.unsupported("a known region, as it is required", Guid.text(region.id()));
    }
    if (!VhdxFormat.isMibAligned(region.offset()) || region.offset() < VhdxFormat.MIB) {
      throw entry.corrupt(
          "a file offset that is a multiple of 1 MiB and at least 1 MiB",
          Long.toUnsignedString(region.offset()));
    }
    if (!VhdxFormat.isMibAligned(region.length())) {
      throw entry.corrupt("a length that is a multiple of 1 MiB", region.length());
    }
    if (region.isKnown() && region.length() == 0) {
      throw entry.corrupt("a length of at least 1 MiB", 0);
    }
  }

  /**
   * Returns one of the two regions that every table has.
   *
   * @param id {@link Region#BAT} or {@link Region#METADATA}
   */
  public Region region(UUID id) {
    return regions.stream().filter(region -> region.id().equals(id)).findFirst().orElseThrow();
  }

  /** Returns the table's {@link VhdxFormat#TABLE_BYTES} bytes, from position 0 to the limit. */
  public ByteBuffer encode() {
    ByteBuffer bytes = ByteBuffer.allocate(VhdxFormat.TABLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(0, SIGNATURE);
    bytes.putInt(8, regions.size());
    int at = HEADER_BYTES;
    for (Region region : regions) {
      Guid.put(bytes, at, region.id());
      bytes.putLong(at + 16, region.offset());
      bytes.putInt(at + 24, (int) region.length());
      bytes.putInt(at + 28, region.required() ? 1 : 0);
      at += ENTRY_BYTES;
    }
    Checksum.write(bytes);
    return bytes;
  }
}
