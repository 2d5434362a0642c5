package dozo.repository.index;

import dozo.format.ChunkId;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.DirectoryCache;
import dozo.repository.pack.DirectoryCache.Locality;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackTable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds published chunks and map nodes.
 *
 * <p>Safe for use by several threads.
 */
public final class ChunkLocator {

  private static final Logger log = LoggerFactory.getLogger(ChunkLocator.class);

  private final PackTable packs;
  private final DirectoryCache directories;
  private final ChunkIndex index;
  private final DamagedSegments damaged;

  /** Looks in these. */
  public ChunkLocator(
      PackTable packs, DirectoryCache directories, ChunkIndex index, DamagedSegments damaged) {
    this.packs = packs;
    this.directories = directories;
    this.index = index;
    this.damaged = damaged;
  }

  /**
   * Finds a chunk that a backup brought, and is sure of it: a directory has shown the whole id. An
   * answer of the index loads the directory of the pack, which then answers for the chunks that
   * follow.
   *
   * @param locality what the caller's stream found last
   */
  public Optional<ChunkLocation> confirm(ChunkId id, Locality locality) {
    Optional<ChunkLocation> cached = directories.find(id, locality).filter(this::isSound);
    if (cached.isPresent()) {
      return cached;
    }
    Optional<PackEntry> pack = ask(id).flatMap(said -> packs.find(said.pack()));
    if (pack.isEmpty()) {
      return Optional.empty();
    }
    // If it cannot be read, the chunk is stored again, which is right if the pack is damaged and
    // harmless if it is not.
    return load(pack.get())
        ? directories.find(id, locality).filter(this::isSound)
        : Optional.empty();
  }

  /**
   * Says where a chunk that is to be read may lie, without being sure of it: the segment's own list
   * will tell.
   */
  public Optional<ChunkLocation> suggest(ChunkId id, Locality locality) {
    return directories.find(id, locality).filter(this::isSound).or(() -> ask(id));
  }

  /** Reads the directory of a pack into memory, if it can be read. */
  public void prepare(int pack) {
    packs.find(pack).ifPresent(this::load);
  }

  private boolean load(PackEntry pack) {
    try {
      directories.load(pack);
      return true;
    } catch (IOException e) {
      log.warn("A pack directory cannot be read pack={}", pack.id(), e);
      return false;
    }
  }

  /** How long a segment is when it is decoded, if the directory of its pack can be read. */
  public OptionalInt plainBytes(ChunkLocation segment) {
    OptionalInt here = directories.plainBytes(segment);
    if (here.isPresent()) {
      return here;
    }
    prepare(segment.pack());
    return directories.plainBytes(segment);
  }

  /**
   * Whether a directory in memory shows that a segment holds these chunks and no others.
   *
   * @param ids different ids
   */
  public boolean isWhole(ChunkLocation segment, Set<ChunkId> ids) {
    return directories.isWhole(segment, ids) && isSound(segment);
  }

  private Optional<ChunkLocation> ask(ChunkId id) {
    ChunkLocation said = index.find(List.of(id)).getFirst();
    return Optional.ofNullable(said)
        .filter(location -> packs.find(location.pack()).isPresent())
        .filter(this::isSound);
  }

  private boolean isSound(ChunkLocation location) {
    return !damaged.contains(location);
  }
}
