package dozo.vhdx.read;

import dozo.vhdx.format.BatGeometry;
import dozo.vhdx.format.Place;
import dozo.vhdx.format.Region;
import java.io.IOException;

/**
 * The block allocation table of an open file, read by pages.
 *
 * <p>May be used by many threads.
 */
final class Bat {

  private final BatGeometry geometry;
  private final Region region;
  private final WordPages pages;
  private final String file;

  Bat(BatGeometry geometry, Region region, ReplayedSource source, String file) {
    this.geometry = geometry;
    this.region = region;
    this.pages = new WordPages(source, new Place(file, "block table", region.offset()));
    this.file = file;
  }

  BatGeometry geometry() {
    return geometry;
  }

  /** The entry of a payload block. */
  long payload(int block) throws IOException {
    return entry(geometry.payloadIndex(block));
  }

  /** The entry of the sector bitmap block that covers a payload block. */
  long bitmap(int block) throws IOException {
    return entry(geometry.bitmapIndex(block));
  }

  /** The entry at an index of the table. */
  long entry(long index) throws IOException {
    return pages.word(region.offset() + index * BatGeometry.ENTRY_BYTES);
  }

  /** Where an entry stands, for messages. */
  Place place(long index) {
    return new Place(
        file, "block table entry " + index, region.offset() + index * BatGeometry.ENTRY_BYTES);
  }
}
