package dozo.repository.index;

import dozo.format.pack.PackDirectory;
import dozo.repository.pack.DirectoryCache;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.PackTable;
import dozo.repository.storage.PackStorage;
import dozo.repository.storage.PackStorage.StoredPack;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens the index and brings it to what the storage holds: packs that it does not know are read
 * back from their directories. An index that is missing, damaged or of an earlier time is made anew
 * from all of them.
 */
public final class IndexLoader {

  private static final Logger log = LoggerFactory.getLogger(IndexLoader.class);

  /** How many chunks are held in memory before they are entered. */
  private static final int BATCH_CHUNKS = 1 << 20;

  /** About what a chunk takes in a pack, from which the size of the Bloom filter is guessed. */
  private static final int STORED_BYTES_A_CHUNK = 12 << 10;

  /** An index that lacks more packs than these is made anew rather than used for reading. */
  private static final int MAXIMUM_PINNED = 64;

  private final PackStorage storage;
  private final PackLibrary library;
  private final WorkPool pool;
  private final boolean settles;

  /**
   * Loads from a storage, reading directories on a pool.
   *
   * @param settles whether packs that the index does not know are made to stay where they are, as
   *     they must before anything new refers to them
   */
  public IndexLoader(PackStorage storage, PackLibrary library, WorkPool pool, boolean settles) {
    this.storage = storage;
    this.library = library;
    this.pool = pool;
    this.settles = settles;
  }

  /**
   * What was opened.
   *
   * @param index the index, which the caller closes
   * @param packs the packs that can be used
   * @param known every id that the index knows
   * @param unreadable the packs whose directories cannot be read, with the reason
   * @param isAnew whether the index knew no packs, so that it does not tell whether any were lost
   */
  public record Loaded(
      ChunkIndex index,
      PackTable packs,
      KnownIds known,
      Map<UUID, IOException> unreadable,
      boolean isAnew) {}

  /** Opens the index in a directory. */
  public Loaded load(Path directory, UUID repositoryId) throws IOException {
    List<StoredPack> stored = storage.list();
    long bytes = stored.stream().mapToLong(StoredPack::sizeBytes).sum();
    long ids = bytes / STORED_BYTES_A_CHUNK;
    LmdbChunkIndex.Opened opened = LmdbChunkIndex.open(directory, repositoryId, ids);
    long gone = countGone(opened.index(), stored);
    if (gone > 0) {
      // Its entries for them would stay, and hide other copies of the same chunks.
      log.warn("The index is made anew, because it knows packs that are gone packs={}", gone);
      opened.index().close();
      opened = LmdbChunkIndex.openEmpty(directory, repositoryId, ids);
    }
    try {
      return load(opened.index(), opened.known(), stored);
    } catch (IOException | RuntimeException e) {
      opened.index().close();
      throw e;
    }
  }

  /** Counts the packs that the index knows, and that are not there as it knows them. */
  private static long countGone(LmdbChunkIndex index, List<StoredPack> stored) {
    Map<UUID, Long> sizes = new HashMap<>();
    stored.forEach(pack -> sizes.put(pack.id(), pack.sizeBytes()));
    return index.packs().stream()
        .filter(pack -> sizes.getOrDefault(pack.id(), -1L) != pack.sizeBytes())
        .count();
  }

  private Loaded load(LmdbChunkIndex index, KnownIds known, List<StoredPack> stored)
      throws IOException {
    Comparison compared = compare(index, stored);
    Map<UUID, IOException> unreadable = new HashMap<>();
    if (!compared.unknown.isEmpty()) {
      if (settles) {
        // What the index knows was on stable storage before.
        storage.settle(compared.unknown.stream().map(StoredPack::id).toList());
      }
      Batch batch = new Batch(index, known, compared.unknown.size());
      catchUp(batch, compared.packs, compared.unknown, unreadable);
    }
    return new Loaded(index, compared.packs, known, Map.copyOf(unreadable), compared.isAnew);
  }

  /**
   * Opens the index in a directory to look things up only, and changes nothing there. Packs that it
   * does not know are found through their directories, which are pinned.
   *
   * @return empty if there is none, or it is damaged, of an earlier time, or lacks many packs
   */
  public Optional<Loaded> loadReadOnly(
      Path directory, UUID repositoryId, DirectoryCache directories) throws IOException {
    Optional<LmdbChunkIndex.Opened> opened = LmdbChunkIndex.openReadOnly(directory, repositoryId);
    if (opened.isEmpty()) {
      return Optional.empty();
    }
    LmdbChunkIndex index = opened.get().index();
    boolean isUsed = false;
    try {
      List<StoredPack> stored = storage.list();
      if (countGone(index, stored) > 0) {
        log.info("The index is not used, because it knows packs that are gone path={}", directory);
        return Optional.empty();
      }
      Comparison compared = compare(index, stored);
      if (compared.unknown.size() > MAXIMUM_PINNED) {
        log.info("The index is not used, because it lacks packs path={}", directory);
        return Optional.empty();
      }
      Map<UUID, IOException> unreadable = pin(compared, directories);
      isUsed = true;
      return Optional.of(
          new Loaded(index, compared.packs, opened.get().known(), unreadable, compared.isAnew));
    } finally {
      if (!isUsed) {
        index.close();
      }
    }
  }

  private Map<UUID, IOException> pin(Comparison compared, DirectoryCache directories) {
    Map<UUID, IOException> unreadable = new HashMap<>();
    for (StoredPack pack : compared.unknown) {
      try {
        PackLibrary.Listing listing = library.list(pack.id());
        directories.pin(enter(compared.packs, pack, listing), listing.directory());
      } catch (IOException e) {
        log.error("A pack directory cannot be read pack={}", pack.id(), e);
        unreadable.put(pack.id(), e);
      }
    }
    return Map.copyOf(unreadable);
  }

  /**
   * What an index and the storage have, all packs of the index being there.
   *
   * @param packs those that both have
   * @param unknown those that only the storage has
   * @param isAnew whether the index has none
   */
  private record Comparison(PackTable packs, List<StoredPack> unknown, boolean isAnew) {}

  private static Comparison compare(ChunkIndex index, List<StoredPack> stored) {
    List<PackEntry> entered = index.packs();
    PackTable packs = new PackTable(entered.isEmpty() ? 1 : entered.getLast().number() + 1);
    Map<UUID, StoredPack> unknown = new LinkedHashMap<>();
    stored.forEach(pack -> unknown.put(pack.id(), pack));
    for (PackEntry entry : entered) {
      unknown.remove(entry.id());
      packs.restore(entry);
    }
    return new Comparison(packs, List.copyOf(unknown.values()), entered.isEmpty());
  }

  private void catchUp(
      Batch batch, PackTable packs, List<StoredPack> unknown, Map<UUID, IOException> unreadable)
      throws IOException {
    log.info("The index is being caught up packs={}", unknown.size());
    List<WorkPool.Task> tasks = new ArrayList<>();
    for (StoredPack pack : unknown) {
      tasks.add(() -> {
        PackLibrary.Listing listing;
        try {
          listing = library.list(pack.id());
        } catch (IOException e) {
          log.error("A pack directory cannot be read pack={}", pack.id(), e);
          synchronized (unreadable) {
            unreadable.put(pack.id(), e);
          }
          return;
        }
        batch.add(enter(packs, pack, listing), listing.directory());
      });
    }
    pool.runAll(tasks);
    batch.write();
    log.info(
        "The index is caught up packs={} unreadable={} chunks={}",
        unknown.size() - unreadable.size(),
        unreadable.size(),
        batch.index.size());
  }

  private static PackEntry enter(PackTable packs, StoredPack pack, PackLibrary.Listing listing) {
    return packs.add(
        pack.id(),
        listing.kind(),
        listing.epoch(),
        pack.sizeBytes(),
        listing.directory().chunkCount());
  }

  /** Gathers directories, and enters them into the index when there are enough. */
  private static final class Batch {

    private final ChunkIndex index;
    private final KnownIds known;
    private final int packs;
    private final List<ChunkIndex.Contents> contents = new ArrayList<>();
    private long chunks;
    private int entered;

    Batch(ChunkIndex index, KnownIds known, int packs) {
      this.index = index;
      this.known = known;
      this.packs = packs;
    }

    synchronized void add(PackEntry pack, PackDirectory directory) throws IOException {
      contents.add(new ChunkIndex.Contents(pack, directory));
      chunks += directory.chunkCount();
      for (int i = 0; i < directory.chunkCount(); i++) {
        known.add(directory.id(i));
      }
      if (chunks >= BATCH_CHUNKS) {
        write();
      }
    }

    synchronized void write() throws IOException {
      if (!contents.isEmpty()) {
        index.add(contents);
        entered += contents.size();
        contents.clear();
        chunks = 0;
        log.info("The index is being caught up entered={} of={}", entered, packs);
      }
    }
  }
}
