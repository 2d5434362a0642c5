package dozo.repository.ingest;

import dozo.format.disk.Extent;
import dozo.format.map.ChunkMap;
import dozo.format.map.ExtentCursor;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells which chunks lie at the same place in an earlier restore point of the same VM, to which
 * whoever may back the VM up may refer. Asked in the order of the disk it reads each leaf of the
 * map once.
 *
 * <p>For one thread at a time.
 */
final class OwnChunks {

  private static final Logger log = LoggerFactory.getLogger(OwnChunks.class);

  /** Across a gap as large as this the map is entered anew instead of read on. */
  private static final long SKIP_BYTES = 16 << 20;

  private final ChunkMap map;
  private @Nullable ExtentCursor cursor;
  private @Nullable Extent current;
  private boolean broken;

  OwnChunks(ChunkMap map) {
    this.map = map;
  }

  /** Whether the earlier disk has this very extent. */
  boolean has(Extent wanted) {
    if (broken || wanted.offset() >= map.sizeBytes()) {
      return false;
    }
    try {
      return wanted.equals(at(wanted.offset()));
    } catch (IOException e) {
      // Nothing depends on it but work: what is not known to be its own a client has to prove.
      log.warn("The map of an earlier restore point cannot be read", e);
      broken = true;
      return false;
    }
  }

  private @Nullable Extent at(long offset) throws IOException {
    Extent extent = current;
    ExtentCursor reading = cursor;
    if (extent == null
        || reading == null
        || offset < extent.offset()
        || offset - extent.end() >= SKIP_BYTES) {
      reading = map.extents(offset);
      cursor = reading;
      extent = reading.next().orElse(null);
    }
    while (extent != null && extent.end() <= offset) {
      Optional<Extent> next = reading.next();
      extent = next.orElse(null);
    }
    current = extent;
    return extent;
  }
}
