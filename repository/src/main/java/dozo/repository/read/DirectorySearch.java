package dozo.repository.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dozo.format.ChunkId;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackDirectory;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.PackTable;
import java.io.IOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks for chunks in the directories of all packs: what is left when the index does not know one,
 * or knows it where it cannot be read. What was looked for in vain is remembered for as long as the
 * packs stay the same, so that reading a lost chunk again and again does not search again and
 * again.
 *
 * <p>Safe for use by several threads.
 */
final class DirectorySearch {

  private static final Logger log = LoggerFactory.getLogger(DirectorySearch.class);
  private static final int REMEMBERED = 100_000;

  private final PackTable packs;
  private final PackLibrary library;
  private final DamagedSegments damaged;
  private final Cache<ChunkId, InVain> inVain =
      Caffeine.newBuilder().maximumSize(REMEMBERED).build();

  /**
   * A search that found no sound copy, when the packs were of that generation and so many segments
   * had been found sound after all.
   */
  private record InVain(int generation, int pardons, Result result) {

    boolean holds(int generationNow, int pardonsNow) {
      return generation == generationNow && pardons == pardonsNow;
    }
  }

  DirectorySearch(PackTable packs, PackLibrary library, DamagedSegments damaged) {
    this.packs = packs;
    this.library = library;
    this.damaged = damaged;
  }

  /** What was found of one chunk. */
  sealed interface Result permits Sound, Damaged, Nowhere {}

  /** It lies in a segment of which nothing bad is known. */
  record Sound(ChunkLocation location) implements Result {}

  /** It lies in a damaged segment only. */
  record Damaged(ChunkLocation location) implements Result {}

  /** It lies in no pack whose directory can be read. */
  record Nowhere() implements Result {}

  /** Searches for chunks; there is a result for each. */
  Map<ChunkId, Result> find(ContentKind kind, Collection<ChunkId> ids) {
    int generation = packs.generation();
    int pardons = damaged.pardons();
    Map<ChunkId, Result> results = new HashMap<>();
    Set<ChunkId> wanted = new LinkedHashSet<>();
    for (ChunkId id : ids) {
      InVain before = inVain.getIfPresent(id);
      if (before != null && before.holds(generation, pardons)) {
        results.put(id, before.result);
      } else {
        results.put(id, new Nowhere());
        wanted.add(id);
      }
    }
    Set<ChunkId> searched = Set.copyOf(wanted);
    boolean sawAll = true;
    for (PackEntry pack : packs.entries().reversed()) {
      if (!wanted.isEmpty() && pack.kind() == kind) {
        sawAll &= search(pack, wanted, results);
      }
    }
    if (!sawAll) {
      return results; // A directory that cannot be read now may be read the next time.
    }
    for (ChunkId id : searched) {
      Result result = results.get(id);
      if (result != null && !(result instanceof Sound)) {
        inVain.put(id, new InVain(generation, pardons, result));
      }
    }
    return results;
  }

  /** Searches one pack; returns false if its directory cannot be read. */
  private boolean search(PackEntry pack, Set<ChunkId> wanted, Map<ChunkId, Result> results) {
    PackDirectory directory;
    try {
      directory = library.list(pack.id()).directory();
    } catch (IOException e) {
      log.warn("A pack directory cannot be searched pack={}", pack.id(), e);
      return false;
    }
    for (Iterator<ChunkId> each = wanted.iterator(); each.hasNext(); ) {
      ChunkId id = each.next();
      int chunk = directory.find(id);
      if (chunk >= 0) {
        int segment = directory.segmentOf(chunk);
        ChunkLocation location =
            new ChunkLocation(
                pack.number(), directory.offset(segment), directory.sealedLength(segment));
        if (damaged.contains(location)) {
          results.put(id, new Damaged(location));
        } else {
          results.put(id, new Sound(location));
          each.remove();
        }
      }
    }
    return true;
  }
}
