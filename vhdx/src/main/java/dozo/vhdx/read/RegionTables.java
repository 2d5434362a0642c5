package dozo.vhdx.read;

import dozo.vhdx.VhdxException;
import dozo.vhdx.format.Place;
import dozo.vhdx.format.Region;
import dozo.vhdx.format.RegionTable;
import dozo.vhdx.format.VhdxFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the region table from whichever of its two copies is whole. */
final class RegionTables {

  private RegionTables() {}

  /**
   * Reads the table and checks that its regions are in the file.
   *
   * @param warnings takes word of a damaged or differing copy
   */
  static RegionTable read(ReplayedSource source, String file, List<String> warnings)
      throws IOException {
    Place first = new Place(file, "region table 1", VhdxFormat.REGION_TABLE_1_OFFSET);
    Place second = new Place(file, "region table 2", VhdxFormat.REGION_TABLE_2_OFFSET);
    ByteBuffer one = bytes(source, first);
    ByteBuffer two = bytes(source, second);
    VhdxException damageOfOne = damage(one, first);
    VhdxException damageOfTwo = damage(two, second);
    if (damageOfOne != null && damageOfTwo != null) {
      damageOfOne.addSuppressed(damageOfTwo);
      throw damageOfOne;
    }
    if (damageOfOne != null) {
      warnings.add("the second region table is used: " + damageOfOne.getMessage());
    } else if (damageOfTwo != null) {
      warnings.add("the second region table is damaged: " + damageOfTwo.getMessage());
    } else if (!one.equals(two)) {
      warnings.add("the region tables differ; the first is used");
    }
    return damageOfOne == null ? decode(one, first, source) : decode(two, second, source);
  }

  private static RegionTable decode(ByteBuffer bytes, Place place, ReplayedSource source)
      throws VhdxException {
    RegionTable table = RegionTable.decode(bytes, place);
    long end = Math.min(source.length(), VhdxFormat.MAX_FILE_BYTES);
    for (Region region : table.regions()) {
      if (region.offset() > end - region.length()) {
        throw place.corrupt(
            "regions below offset " + end,
            "%d bytes at %d".formatted(region.length(), region.offset()));
      }
    }
    return table;
  }

  private static ByteBuffer bytes(ReplayedSource source, Place place) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(VhdxFormat.TABLE_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    source.read(place.offset(), bytes, place);
    return bytes.flip();
  }

  private static @Nullable VhdxException damage(ByteBuffer bytes, Place place) {
    try {
      RegionTable.verify(bytes, place);
      return null;
    } catch (VhdxException e) {
      return e;
    }
  }
}
