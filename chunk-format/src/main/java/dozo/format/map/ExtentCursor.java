package dozo.format.map;

import dozo.format.disk.Extent;
import java.io.IOException;
import java.util.Optional;

/** Goes over the extents of a map in the order of the disk. Not safe for use by several threads. */
public final class ExtentCursor {

  private final MapCursor cursor;

  ExtentCursor(MapCursor cursor) {
    this.cursor = cursor;
  }

  /** Returns the next extent, or nothing at the end of the disk. */
  public Optional<Extent> next() throws IOException {
    while (!cursor.atEnd()) {
      if (cursor.isRun()) {
        Extent extent = cursor.extent();
        cursor.next();
        return Optional.of(extent);
      }
      cursor.descend();
    }
    return Optional.empty();
  }
}
