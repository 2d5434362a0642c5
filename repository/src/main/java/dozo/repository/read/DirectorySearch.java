package dozo.repository.read;

import dozo.format.ChunkId;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackDirectory;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.PackTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for chunks in the directories of all packs: what is left when the index does not know one,
 * or knows it where it cannot be read.
 *
 * <p>Safe for use by several threads.
 */
final class DirectorySearch {

  private static final Logger log = LoggerFactory.getLogger(DirectorySearch.class);

  private final PackTable packs;
  private final PackLibrary library;
  private final DamagedSegments damaged;

  DirectorySearch(PackTable packs, PackLibrary library, DamagedSegments damaged) {
    this.packs = packs;
    this.library = library;
    this.damaged = damaged;
  }

  /** Returns those of the chunks that are in a sound segment, and where. */
  Map<ChunkId, ChunkLocation> find(ContentKind kind, Collection<ChunkId> ids) {
    Map<ChunkId, ChunkLocation> found = new ConcurrentHashMap<>();
    List<ChunkId> wanted = new ArrayList<>(ids);
    for (PackEntry pack : packs.entries().reversed()) {
      if (wanted.isEmpty()) {
        break;
      }
      if (pack.kind() == kind) {
        search(pack, wanted, found);
      }
    }
    return found;
  }

  private void search(PackEntry pack, List<ChunkId> wanted, Map<ChunkId, ChunkLocation> found) {
    PackDirectory directory;
    try {
      directory = library.list(pack.id()).directory();
    } catch (IOException e) {
      log.warn("A pack directory cannot be searched pack={}", pack.id(), e);
      return;
    }
    wanted.removeIf(id -> {
      int chunk = directory.find(id);
      if (chunk < 0) {
        return false;
      }
      int segment = directory.segmentOf(chunk);
      ChunkLocation location =
          new ChunkLocation(
              pack.number(), directory.offset(segment), directory.sealedLength(segment));
      if (damaged.contains(location)) {
        return false;
      }
      found.put(id, location);
      return true;
    });
  }
}
