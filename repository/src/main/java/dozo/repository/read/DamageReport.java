package dozo.repository.read;

import dozo.format.ChunkId;
import dozo.format.pack.PackDirectory;
import dozo.repository.index.ChunkIndex;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes segments that cannot be read out of use, so that their damage does not spread: no backup
 * refers to their chunks any more, and the next one that brings them stores them again.
 *
 * <p>Safe for use by several threads.
 */
final class DamageReport {

  private static final Logger log = LoggerFactory.getLogger(DamageReport.class);

  private final DamagedSegments damaged;
  private final ChunkIndex index;
  private final PackLibrary library;

  DamageReport(DamagedSegments damaged, ChunkIndex index, PackLibrary library) {
    this.damaged = damaged;
    this.index = index;
    this.library = library;
  }

  /**
   * Reports a segment.
   *
   * @param ids chunks that are known to be in it; the pack's directory adds the others
   */
  void report(PackEntry pack, ChunkLocation segment, Collection<ChunkId> ids, IOException cause) {
    if (!damaged.add(segment)) {
      return;
    }
    log.error(
        "A segment cannot be read and is out of use pack={} offset={}",
        pack.id(),
        segment.segmentOffset(),
        cause);
    try {
      index.remove(segment, withOthers(pack, segment, ids));
    } catch (IOException e) {
      log.error("A damaged segment stays in the index until the next start", e);
    }
  }

  private Collection<ChunkId> withOthers(
      PackEntry pack, ChunkLocation segment, Collection<ChunkId> ids) {
    List<ChunkId> all = new ArrayList<>(ids);
    try {
      PackDirectory directory = library.list(pack.id()).directory();
      for (int i = 0; i < directory.segmentCount(); i++) {
        if (directory.offset(i) == segment.segmentOffset()) {
          int first = directory.firstChunk(i);
          for (int chunk = first; chunk < first + directory.chunkCount(i); chunk++) {
            all.add(directory.id(chunk));
          }
        }
      }
    } catch (IOException e) {
      log.warn("The directory of a damaged pack cannot be read pack={}", pack.id(), e);
    }
    return all;
  }
}
