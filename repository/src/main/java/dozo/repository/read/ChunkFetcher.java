package dozo.repository.read;

import static java.util.stream.Collectors.toSet;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.MissingChunkException;
import dozo.format.pack.ContentKind;
import dozo.format.seal.PackedSegment;
import dozo.format.seal.SegmentView;
import dozo.repository.index.ChunkLocator;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.DirectoryCache.Locality;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.PackTable;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Brings chunks: finds their segments, reads each segment once, in the order of the packs, and
 * opens them on the pool. Where a segment cannot be read, another copy of the chunk is looked for.
 *
 * <p>Safe for use by several threads, tasks of the pool among them.
 */
public final class ChunkFetcher implements AutoCloseable {

  private static final Comparator<ChunkLocation> IN_PACK_ORDER =
      Comparator.comparingInt(ChunkLocation::pack)
          .thenComparingLong(ChunkLocation::segmentOffset)
          .thenComparingInt(ChunkLocation::sealedBytes);

  /** Reading a directory costs as much as sending so many chunks plain instead of packed. */
  private static final int CHUNKS_WORTH_A_DIRECTORY = 48;

  /** Longer segments are always unpacked here. */
  private static final int MAXIMUM_PACKED_BYTES = 512 << 10;

  private final PackTable packs;
  private final PackLibrary library;
  private final ChunkLocator locator;
  private final DamagedSegments damaged;
  private final DirectorySearch search;
  private final SegmentRuns runs;
  private final Supplier<IdProver> provers;

  ChunkFetcher(
      PackTable packs,
      PackLibrary library,
      ChunkLocator locator,
      DamagedSegments damaged,
      DamageReport report,
      Supplier<IdProver> provers,
      WorkPool pool) {
    this.packs = packs;
    this.library = library;
    this.locator = locator;
    this.damaged = damaged;
    this.search = new DirectorySearch(packs, library, damaged);
    this.runs = new SegmentRuns(packs, library, report, pool);
    this.provers = provers;
  }

  /** Takes what was fetched, on any thread, several at once. */
  @FunctionalInterface
  public interface Sink {

    /**
     * Takes a chunk.
     *
     * @param segment holds the chunk, and is valid during the call
     * @param place the number of the chunk in the segment
     */
    void accept(WantedChunk wanted, SegmentView segment, int place);
  }

  /** Takes whole segments as they are stored, on any thread, several at once. */
  @FunctionalInterface
  public interface PackedSink {

    /**
     * Takes a segment.
     *
     * @param wanted all the chunks that it has; those that are wanted twice are there twice
     * @param segment valid during the call
     */
    void accept(List<WantedChunk> wanted, PackedSegment segment);
  }

  /**
   * Fetches data chunks, each once, in any order; packed where all of a segment is wanted.
   *
   * @param sink takes those that do not come packed
   * @param neededBy what needs them, for errors
   * @throws IOException naming one that cannot be had; the others have been brought
   */
  void fetchPacked(
      Collection<WantedChunk> wanted, Sink sink, PackedSink packedSink, String neededBy)
      throws IOException {
    List<WantedChunk> left = new ArrayList<>();
    Map<ChunkLocation, List<WantedChunk>> parts = suggest(wanted, left);
    Map<ChunkLocation, List<WantedChunk>> wholes = takeWholes(parts);
    left.addAll(runs.readPacked(wholes, packedSink));
    left.addAll(runs.read(parts, false, sink));
    if (!left.isEmpty()) {
      fetch(ContentKind.DATA, left, sink, neededBy);
    }
  }

  /**
   * Moves segments out of a map of which all chunks are wanted. Directories say so, and are read
   * where they are worth it.
   */
  private Map<ChunkLocation, List<WantedChunk>> takeWholes(
      Map<ChunkLocation, List<WantedChunk>> segments) {
    Map<Integer, Integer> chunksOfPack = new HashMap<>();
    segments.forEach((at, chunks) -> chunksOfPack.merge(at.pack(), chunks.size(), Integer::sum));
    chunksOfPack.forEach((pack, chunks) -> {
      if (chunks >= CHUNKS_WORTH_A_DIRECTORY) {
        locator.prepare(pack);
      }
    });
    Map<ChunkLocation, List<WantedChunk>> wholes = new TreeMap<>(IN_PACK_ORDER);
    segments.forEach((at, chunks) -> {
      if (at.sealedBytes() <= MAXIMUM_PACKED_BYTES
          && locator.isWhole(at, chunks.stream().map(WantedChunk::id).collect(toSet()))) {
        wholes.put(at, chunks);
      }
    });
    segments.keySet().removeAll(wholes.keySet());
    return wholes;
  }

  /**
   * Fetches chunks, each once, in any order.
   *
   * @param neededBy what needs them, for errors
   * @throws IOException naming one that cannot be had; the others have been brought
   */
  public void fetch(ContentKind kind, Collection<WantedChunk> wanted, Sink sink, String neededBy)
      throws IOException {
    Map<WantedChunk, IOException> failures = tryFetch(kind, wanted, sink, neededBy);
    for (IOException failure : failures.values()) {
      throw failure;
    }
  }

  /**
   * Fetches chunks, each once, in any order.
   *
   * @param neededBy what needs them, for errors
   * @return why, for each that cannot be had
   * @throws IOException if the fault lies not with chunks or packs
   */
  public Map<WantedChunk, IOException> tryFetch(
      ContentKind kind, Collection<WantedChunk> wanted, Sink sink, String neededBy)
      throws IOException {
    List<WantedChunk> left = readWhereSuggested(wanted, sink);
    if (!left.isEmpty()) {
      // A sweep may have moved chunks since they were located: then the second answer is another.
      left = readWhereSuggested(left, sink);
    }
    Map<WantedChunk, IOException> failures = new HashMap<>();
    Map<ChunkLocation, List<WantedChunk>> lastResort = new TreeMap<>(IN_PACK_ORDER);
    while (!left.isEmpty()) {
      left = runs.read(elsewhere(kind, left, neededBy, failures, lastResort), true, sink);
    }
    if (!lastResort.isEmpty()) {
      failures.keySet().removeAll(readProven(kind, lastResort, sink));
    }
    return failures;
  }

  /**
   * Reads chunks in segments that are out of use. What could not be read for a time may be read
   * now; but a segment may also be out of use because what it holds is not what its ids say, which
   * authentication does not show. So only what is proven goes to the sink.
   *
   * @return the chunks that it was given
   */
  private Set<WantedChunk> readProven(
      ContentKind kind, Map<ChunkLocation, List<WantedChunk>> segments, Sink sink)
      throws IOException {
    IdProver prover = provers.get();
    Set<WantedChunk> brought = ConcurrentHashMap.newKeySet();
    runs.read(
        segments,
        true,
        (chunk, segment, place) -> {
          boolean isProven;
          synchronized (prover) {
            // Whoever wants a map node takes its neighbours, too.
            isProven =
                kind == ContentKind.MAP_NODES
                    ? areProven(prover, segment)
                    : isProven(prover, kind, segment, place);
          }
          if (isProven) {
            sink.accept(chunk, segment, place);
            brought.add(chunk);
          }
        });
    return brought;
  }

  private static boolean areProven(IdProver prover, SegmentView nodes) {
    return IntStream.range(0, nodes.chunkCount())
        .allMatch(place -> isProven(prover, ContentKind.MAP_NODES, nodes, place));
  }

  private static boolean isProven(
      IdProver prover, ContentKind kind, SegmentView segment, int place) {
    return prover.isProven(
        kind, segment.id(place), segment.plain(), segment.offset(place), segment.length(place));
  }

  /** Reads chunks where they are said to be; returns those that could not be had there. */
  private List<WantedChunk> readWhereSuggested(Collection<WantedChunk> wanted, Sink sink)
      throws IOException {
    List<WantedChunk> left = new ArrayList<>();
    Map<ChunkLocation, List<WantedChunk>> segments = suggest(wanted, left);
    left.addAll(runs.read(segments, false, sink));
    return left;
  }

  /** Groups chunks by the segments where they are said to be. */
  private Map<ChunkLocation, List<WantedChunk>> suggest(
      Collection<WantedChunk> wanted, List<WantedChunk> left) {
    Map<ChunkLocation, List<WantedChunk>> segments = new TreeMap<>(IN_PACK_ORDER);
    Locality locality = new Locality();
    for (WantedChunk chunk : wanted) {
      Optional<ChunkLocation> location = locator.suggest(chunk.id(), locality);
      if (location.isPresent()) {
        segments.computeIfAbsent(location.get(), key -> new ArrayList<>()).add(chunk);
      } else {
        left.add(chunk);
      }
    }
    return segments;
  }

  /**
   * How many bytes {@link #fetch} decodes to bring data chunks: those of all their segments. What
   * only a search of all directories would find is left out.
   *
   * @param locality what the caller found last
   */
  long decodedBytes(Collection<WantedChunk> wanted, Locality locality) {
    Set<ChunkLocation> segments = new HashSet<>();
    for (WantedChunk chunk : wanted) {
      locator.confirm(chunk.id(), locality).ifPresent(segments::add);
    }
    return segments.stream().mapToLong(at -> locator.plainBytes(at).orElse(0)).sum();
  }

  /**
   * Looks for chunks without reading them: each is there if the directory of a pack shows it in a
   * segment of which nothing bad is known.
   *
   * @param found gets the place of each that is there, also of those in damaged segments
   * @return why, for each that is not
   */
  public Map<WantedChunk, IOException> tryLocate(
      ContentKind kind,
      Collection<WantedChunk> wanted,
      Consumer<ChunkLocation> found,
      String neededBy) {
    List<WantedChunk> left = new ArrayList<>();
    Locality locality = new Locality();
    for (WantedChunk chunk : wanted) {
      locator.confirm(chunk.id(), locality).ifPresentOrElse(found, () -> left.add(chunk));
    }
    Map<WantedChunk, IOException> failures = new HashMap<>();
    if (!left.isEmpty()) {
      Map<ChunkLocation, List<WantedChunk>> damagedSegments = new TreeMap<>(IN_PACK_ORDER);
      elsewhere(kind, left, neededBy, failures, damagedSegments).keySet().forEach(found);
      damagedSegments.keySet().forEach(found);
    }
    return failures;
  }

  /**
   * Searches all directories for chunks, and fails those that are in no sound segment.
   *
   * @param damagedSegments takes those of them that are in a damaged one
   */
  private Map<ChunkLocation, List<WantedChunk>> elsewhere(
      ContentKind kind,
      List<WantedChunk> left,
      String neededBy,
      Map<WantedChunk, IOException> failures,
      Map<ChunkLocation, List<WantedChunk>> damagedSegments) {
    Map<ChunkId, DirectorySearch.Result> results =
        search(kind, left.stream().map(WantedChunk::id).distinct().toList());
    Map<ChunkLocation, List<WantedChunk>> segments = new TreeMap<>(IN_PACK_ORDER);
    for (WantedChunk chunk : left) {
      switch (results.get(chunk.id())) {
        case DirectorySearch.Sound(ChunkLocation location) ->
            segments.computeIfAbsent(location, key -> new ArrayList<>()).add(chunk);
        case DirectorySearch.Damaged(ChunkLocation location) -> {
          failures.put(chunk, damaged(location, chunk));
          damagedSegments.computeIfAbsent(location, key -> new ArrayList<>()).add(chunk);
        }
        case DirectorySearch.Nowhere none ->
            failures.put(chunk, new MissingChunkException(chunk.id(), neededBy, chunk.offset()));
        case null -> throw new IllegalStateException("A search has a result for each chunk");
      }
    }
    return segments;
  }

  /**
   * Searches all directories. What was moved to a new pack while they were searched may have been
   * missed: then they are searched again.
   */
  private Map<ChunkId, DirectorySearch.Result> search(ContentKind kind, List<ChunkId> ids) {
    while (true) {
      long removals = packs.removals();
      Map<ChunkId, DirectorySearch.Result> results = search.find(kind, ids);
      if (packs.removals() == removals) {
        return results;
      }
    }
  }

  private IOException damaged(ChunkLocation segment, WantedChunk chunk) {
    Exception reason =
        damaged
            .reason(segment)
            .orElseGet(() -> new IOException("The segment was damaged a moment ago"));
    String what =
        reason instanceof DozoException known
            ? known.fault().what()
            : "The pack cannot be read (" + reason.getMessage() + ")";
    Fault fault =
        Fault.of(what)
            .at(segment.segmentOffset())
            .cure("back the VM up again; data that is still the same is stored anew and heals it");
    Optional<PackEntry> pack = packs.find(segment.pack());
    if (pack.isPresent()) {
      fault =
          fault
              .in("chunk " + chunk.id() + " in pack " + pack.get().id())
              .file(Path.of(library.describe(pack.get().id())));
    }
    return new CorruptDataException(fault, reason);
  }

  @Override
  public void close() {
    runs.close();
  }
}
