package dozo.repository.read;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.MissingChunkException;
import dozo.format.pack.ContentKind;
import dozo.format.seal.SegmentView;
import dozo.repository.index.ChunkLocator;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.DirectoryCache.Locality;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.PackLibrary.OpenPack;
import dozo.repository.pack.PackTable;
import dozo.repository.work.Lender;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Brings chunks: finds their segments, reads each segment once, and opens them on the pool.
 *
 * <p>Safe for use by several threads, but not from tasks of the pool.
 */
final class ChunkFetcher implements AutoCloseable {

  /** So many segments are a task of their own at the least. */
  private static final int SEGMENTS_A_TASK = 4;

  private static final Comparator<ChunkLocation> IN_PACK_ORDER =
      Comparator.comparingInt(ChunkLocation::pack).thenComparingLong(ChunkLocation::segmentOffset);

  private final PackTable packs;
  private final PackLibrary library;
  private final ChunkLocator locator;
  private final DirectorySearch search;
  private final DamageReport damage;
  private final WorkPool pool;
  private final Lender<SegmentDecoder> decoders = new Lender<>(SegmentDecoder::new);

  ChunkFetcher(
      PackTable packs,
      PackLibrary library,
      ChunkLocator locator,
      DirectorySearch search,
      DamageReport damage,
      WorkPool pool) {
    this.packs = packs;
    this.library = library;
    this.locator = locator;
    this.search = search;
    this.damage = damage;
    this.pool = pool;
  }

  /** Takes what was fetched, on any thread, several at once. */
  @FunctionalInterface
  interface Sink {

    /**
     * Takes a chunk.
     *
     * @param segment holds the chunk, and is valid during the call
     * @param place the number of the chunk in the segment
     */
    void accept(WantedChunk wanted, SegmentView segment, int place);
  }

  /**
   * Fetches chunks, each once, in any order.
   *
   * @param neededBy what needs them, for errors
   * @throws IOException naming the first that cannot be had; the others may have been brought
   */
  void fetch(ContentKind kind, Collection<WantedChunk> wanted, Sink sink, String neededBy)
      throws IOException {
    Map<ChunkLocation, List<WantedChunk>> segments = new TreeMap<>(IN_PACK_ORDER);
    List<WantedChunk> left = new ArrayList<>();
    Locality locality = new Locality();
    for (WantedChunk chunk : wanted) {
      Optional<ChunkLocation> location = locator.suggest(chunk.id(), locality);
      if (location.isPresent()) {
        segments.computeIfAbsent(location.get(), key -> new ArrayList<>()).add(chunk);
      } else {
        left.add(chunk);
      }
    }
    Map<ChunkId, IOException> failures = new HashMap<>();
    left.addAll(read(segments, false, sink, failures));
    while (!left.isEmpty()) {
      left = readElsewhere(kind, left, sink, failures, neededBy);
    }
  }

  /**
   * Searches all directories for chunks; returns those that were found but cannot be read there.
   */
  private List<WantedChunk> readElsewhere(
      ContentKind kind,
      List<WantedChunk> left,
      Sink sink,
      Map<ChunkId, IOException> failures,
      String neededBy)
      throws IOException {
    Map<ChunkId, ChunkLocation> found =
        search.find(kind, left.stream().map(WantedChunk::id).distinct().toList());
    Map<ChunkLocation, List<WantedChunk>> segments = new TreeMap<>(IN_PACK_ORDER);
    for (WantedChunk chunk : left) {
      ChunkLocation location = found.get(chunk.id());
      if (location == null) {
        IOException failure = failures.get(chunk.id());
        throw failure != null
            ? failure
            : new MissingChunkException(chunk.id(), neededBy, chunk.offset());
      }
      segments.computeIfAbsent(location, key -> new ArrayList<>()).add(chunk);
    }
    return read(segments, true, sink, failures);
  }

  /**
   * Reads segments; returns the chunks that could not be had from them.
   *
   * @param sure whether a directory has said where each chunk is, so that it must be there
   */
  private List<WantedChunk> read(
      Map<ChunkLocation, List<WantedChunk>> segments,
      boolean sure,
      Sink sink,
      Map<ChunkId, IOException> failures)
      throws IOException {
    List<WantedChunk> left = new ArrayList<>();
    List<WorkPool.Task> tasks = new ArrayList<>();
    for (List<ChunkLocation> run : runs(segments.keySet())) {
      tasks.add(() -> {
        List<WantedChunk> missed = readRun(run, segments, sure, sink, failures);
        synchronized (left) {
          left.addAll(missed);
        }
      });
    }
    pool.runAll(tasks);
    return left;
  }

  /** Splits segments, which are in order, into runs within one pack. */
  private List<List<ChunkLocation>> runs(Collection<ChunkLocation> segments) {
    int length = Math.max(SEGMENTS_A_TASK, segments.size() / (4 * pool.size()));
    List<List<ChunkLocation>> runs = new ArrayList<>();
    List<ChunkLocation> run = List.of();
    for (ChunkLocation segment : segments) {
      if (run.isEmpty() || run.getLast().pack() != segment.pack() || run.size() >= length) {
        run = new ArrayList<>();
        runs.add(run);
      }
      run.add(segment);
    }
    return runs;
  }

  private List<WantedChunk> readRun(
      List<ChunkLocation> run,
      Map<ChunkLocation, List<WantedChunk>> wanted,
      boolean sure,
      Sink sink,
      Map<ChunkId, IOException> failures)
      throws IOException {
    List<WantedChunk> missed = new ArrayList<>();
    Optional<PackEntry> entry = packs.find(run.getFirst().pack());
    if (entry.isEmpty()) {
      run.forEach(segment -> missed.addAll(chunks(wanted, segment)));
      return missed;
    }
    SegmentDecoder decoder = decoders.take();
    try (OpenPack pack = library.open(entry.get().id())) {
      for (ChunkLocation segment : run) {
        List<WantedChunk> here = chunks(wanted, segment);
        try {
          missed.addAll(deliver(decoder.decode(pack, segment), here, sure, sink));
        } catch (IOException e) {
          missed.addAll(here);
          failed(entry.get(), segment, here, e, failures);
        }
      }
    } catch (NoSuchFileException | DozoException e) {
      for (ChunkLocation segment : run) {
        missed.addAll(chunks(wanted, segment));
        failed(entry.get(), segment, chunks(wanted, segment), e, failures);
      }
    } finally {
      decoders.give(decoder);
    }
    return missed;
  }

  private static List<WantedChunk> chunks(
      Map<ChunkLocation, List<WantedChunk>> wanted, ChunkLocation segment) {
    return wanted.getOrDefault(segment, List.of());
  }

  /** Hands chunks out, and returns those that are not in the segment. */
  private static List<WantedChunk> deliver(
      SegmentView segment, List<WantedChunk> chunks, boolean sure, Sink sink)
      throws CorruptDataException {
    List<WantedChunk> missed = new ArrayList<>();
    for (WantedChunk chunk : chunks) {
      int place = segment.find(chunk.id());
      if (place >= 0) {
        checkLength(chunk, segment.length(place));
        sink.accept(chunk, segment, place);
      } else if (sure) {
        throw new CorruptDataException(
            Fault.of("A pack's directory names a chunk that is not in its segment"));
      } else {
        missed.add(chunk); // The index named another chunk with the same beginning, or was stale.
      }
    }
    return missed;
  }

  private static void checkLength(WantedChunk chunk, int lengthBytes) {
    if (chunk.lengthBytes() >= 0 && chunk.lengthBytes() != lengthBytes) {
      throw new IllegalArgumentException(
          "Chunk " + chunk.id() + " has " + lengthBytes + " bytes, not " + chunk.lengthBytes());
    }
  }

  /** Takes a segment that cannot be read out of use, and notes why for each chunk. */
  private void failed(
      PackEntry pack,
      ChunkLocation segment,
      List<WantedChunk> chunks,
      IOException cause,
      Map<ChunkId, IOException> failures) {
    damage.report(pack, segment, chunks.stream().map(WantedChunk::id).toList(), cause);
    synchronized (failures) {
      for (WantedChunk chunk : chunks) {
        failures.put(chunk.id(), explain(pack, segment, chunk, cause));
      }
    }
  }

  private IOException explain(
      PackEntry pack, ChunkLocation segment, WantedChunk chunk, IOException cause) {
    String what =
        cause instanceof DozoException known
            ? known.fault().what()
            : "The pack cannot be read (" + cause.getMessage() + ")";
    return new CorruptDataException(
        Fault.of(what)
            .in("chunk " + chunk.id() + " in pack " + pack.id())
            .file(Path.of(library.describe(pack.id())))
            .at(segment.segmentOffset())
            .cure("back the VM up again; data that is still the same is stored anew and heals it"),
        cause);
  }

  @Override
  public void close() {
    decoders.close();
  }
}
