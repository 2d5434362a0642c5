package dozo.repository.read;

import static java.util.stream.Collectors.toCollection;

import dozo.format.ChunkId;
import dozo.format.pack.PackDirectory;
import dozo.repository.index.ChunkIndex;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.state.DamageStore;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.SortedSet;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes segments that cannot be read out of use, so that their damage does not spread: no backup
 * refers to their chunks any more, and the next one that brings them stores them again.
 *
 * <p>Safe for use by several threads.
 */
public final class DamageReport {

  private static final Logger log = LoggerFactory.getLogger(DamageReport.class);

  private final DamagedSegments damaged;
  private final ChunkIndex index;
  private final PackLibrary library;
  private final Optional<DamageStore> store;

  /**
   * Creates a report.
   *
   * @param store remembers damage; empty if the repository is open for reading only
   */
  public DamageReport(
      DamagedSegments damaged, ChunkIndex index, PackLibrary library, Optional<DamageStore> store) {
    this.damaged = damaged;
    this.index = index;
    this.library = library;
    this.store = store;
  }

  /**
   * Reports a segment. Where the pack's directory knows none, it is the index that is wrong: that
   * entry goes, and nothing is said of the pack.
   *
   * @param chunks are said to be in it; the pack's directory adds the others
   */
  public void report(
      PackEntry pack, ChunkLocation segment, Collection<WantedChunk> chunks, IOException cause) {
    Set<ChunkId> ids = chunks.stream().map(WantedChunk::id).collect(toCollection(HashSet::new));
    Optional<PackDirectory> directory = directory(pack);
    if (directory.isPresent()) {
      OptionalInt number = find(pack, directory.get(), segment);
      if (number.isEmpty()) {
        correct(pack, segment, ids, cause);
        return;
      }
      ids.addAll(ids(directory.get(), number.getAsInt()));
    }
    if (!damaged.add(segment, cause)) {
      return;
    }
    log.error(
        "A segment cannot be read and is out of use pack={} offset={}",
        pack.id(),
        segment.segmentOffset(),
        cause);
    try {
      if (store.isPresent()) {
        store.get().save(pack, damaged.offsets(pack.number()));
      }
      index.remove(segment, ids);
    } catch (IOException e) {
      // It is out of use all the same, for as long as this process runs.
      log.error("Damage cannot be written down pack={}", pack.id(), e);
    }
  }

  private Optional<PackDirectory> directory(PackEntry pack) {
    try {
      return Optional.of(library.list(pack.id()).directory());
    } catch (IOException e) {
      log.warn("The directory of a damaged pack cannot be read pack={}", pack.id(), e);
      return Optional.empty();
    }
  }

  private static OptionalInt find(PackEntry pack, PackDirectory directory, ChunkLocation segment) {
    return IntStream.range(0, directory.segmentCount())
        .filter(number -> location(pack, directory, number).equals(segment))
        .findFirst();
  }

  private void correct(PackEntry pack, ChunkLocation nowhere, Set<ChunkId> ids, IOException cause) {
    log.warn(
        "The index named a place where no segment is pack={} offset={} reason={}",
        pack.id(),
        nowhere.segmentOffset(),
        cause.getMessage());
    try {
      index.remove(nowhere, ids);
    } catch (IOException e) {
      log.error("The index cannot be corrected pack={}", pack.id(), e);
    }
  }

  /**
   * Reports segments of a pack together.
   *
   * @param directory the pack's directory
   * @param segments their numbers in it
   */
  public void report(
      PackEntry pack, PackDirectory directory, List<Integer> segments, IOException cause) {
    List<Integer> fresh =
        segments.stream()
            .filter(segment -> damaged.add(location(pack, directory, segment), cause))
            .toList();
    if (fresh.isEmpty()) {
      return;
    }
    log.error("Segments are out of use pack={} segments={}", pack.id(), fresh.size(), cause);
    try {
      if (store.isPresent()) {
        store.get().save(pack, damaged.offsets(pack.number()));
      }
      for (int segment : fresh) {
        index.remove(location(pack, directory, segment), ids(directory, segment));
      }
    } catch (IOException e) {
      // They are out of use all the same, for as long as this process runs.
      log.error("Damage cannot be written down pack={}", pack.id(), e);
    }
  }

  /**
   * Takes segments back into use that were damaged once and were proved sound since.
   *
   * @param directory the pack's directory
   * @param proven tells which of its segments were proved
   */
  public void reinstate(PackEntry pack, PackDirectory directory, IntPredicate proven) {
    int back = 0;
    for (int segment = 0; segment < directory.segmentCount(); segment++) {
      if (proven.test(segment) && damaged.pardon(location(pack, directory, segment))) {
        back++;
      }
    }
    if (back == 0) {
      return;
    }
    log.info("Segments are sound again pack={} segments={}", pack.id(), back);
    if (store.isEmpty()) {
      return;
    }
    try {
      SortedSet<Long> left = damaged.offsets(pack.number());
      if (left.isEmpty()) {
        store.get().forget(pack.id());
        index.add(List.of(new ChunkIndex.Contents(pack, directory)));
      } else {
        store.get().save(pack, left); // Reads find the others by searching, as they do now.
      }
    } catch (IOException e) {
      // They are in use all the same, for as long as this process runs.
      log.error("It cannot be written down that segments are sound pack={}", pack.id(), e);
    }
  }

  private static ChunkLocation location(PackEntry pack, PackDirectory directory, int segment) {
    return new ChunkLocation(
        pack.number(), directory.offset(segment), directory.sealedLength(segment));
  }

  private static List<ChunkId> ids(PackDirectory directory, int segment) {
    List<ChunkId> ids = new ArrayList<>();
    int first = directory.firstChunk(segment);
    for (int chunk = first; chunk < first + directory.chunkCount(segment); chunk++) {
      ids.add(directory.id(chunk));
    }
    return ids;
  }
}
