package dozo.repository.read;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.seal.PackedSegment;
import dozo.format.seal.SegmentView;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.OpenPack;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.pack.PackTable;
import dozo.repository.work.Lender;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Reads segments in runs: those of one pack that are wanted together are one task.
 *
 * <p>Safe for use by several threads.
 */
final class SegmentRuns implements AutoCloseable {

  /** So many segments are a task of their own at the least. */
  private static final int SEGMENTS_A_TASK = 4;

  private final PackTable packs;
  private final PackLibrary library;
  private final DamageReport report;
  private final WorkPool pool;
  private final Lender<SegmentDecoder> decoders = new Lender<>(SegmentDecoder::new);

  SegmentRuns(PackTable packs, PackLibrary library, DamageReport report, WorkPool pool) {
    this.packs = packs;
    this.library = library;
    this.report = report;
    this.pool = pool;
  }

  /** What becomes of a segment once it has been read. */
  private interface Use {

    /** Uses a segment, and returns those of the chunks that are not in it. */
    List<WantedChunk> use(
        OpenPack pack, ChunkLocation segment, List<WantedChunk> chunks, SegmentDecoder decoder)
        throws IOException;
  }

  /**
   * Reads segments and hands out what is wanted of each. A segment that cannot be read is reported.
   *
   * @param wanted the chunks wanted of each segment, the segments in the order of the packs
   * @param sure whether a directory has said where each chunk is, so that it must be there
   * @return the chunks that could not be had from where they were said to be
   * @throws IOException if the fault lies not with the packs
   */
  List<WantedChunk> read(
      Map<ChunkLocation, List<WantedChunk>> wanted, boolean sure, ChunkFetcher.Sink sink)
      throws IOException {
    return read(
        wanted,
        (pack, segment, chunks, decoder) ->
            deliver(read(pack, from -> decoder.decode(from, segment)), chunks, sure, sink));
  }

  /**
   * Reads segments and hands each of them out as it is stored.
   *
   * @param wanted the chunks wanted of each segment, which has no others
   * @return the chunks that could not be had
   */
  List<WantedChunk> readPacked(
      Map<ChunkLocation, List<WantedChunk>> wanted, ChunkFetcher.PackedSink sink)
      throws IOException {
    return read(
        wanted,
        (pack, segment, chunks, decoder) -> {
          PackedSegment packed = read(pack, from -> decoder.decrypt(from, segment));
          sink.accept(chunks, packed);
          return List.of();
        });
  }

  private List<WantedChunk> read(Map<ChunkLocation, List<WantedChunk>> wanted, Use use)
      throws IOException {
    List<WantedChunk> missed = new ArrayList<>();
    List<WorkPool.Task> tasks = new ArrayList<>();
    for (List<ChunkLocation> run : runs(wanted.keySet())) {
      tasks.add(() -> {
        List<WantedChunk> missedHere = read(run, wanted, use);
        synchronized (missed) {
          missed.addAll(missedHere);
        }
      });
    }
    pool.runAll(tasks);
    return missed;
  }

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

  private List<WantedChunk> read(
      List<ChunkLocation> run, Map<ChunkLocation, List<WantedChunk>> wanted, Use use)
      throws IOException {
    List<WantedChunk> missed = new ArrayList<>();
    Optional<PackEntry> entry = packs.find(run.getFirst().pack());
    if (entry.isEmpty()) {
      run.forEach(segment -> missed.addAll(chunks(wanted, segment)));
      return missed;
    }
    SegmentDecoder decoder = decoders.take();
    try (OpenPack pack = library.openShared(entry.get().id())) {
      for (ChunkLocation segment : run) {
        List<WantedChunk> here = chunks(wanted, segment);
        try {
          missed.addAll(use.use(pack, segment, here, decoder));
        } catch (IOException e) {
          missed.addAll(here);
          report.report(entry.get(), segment, here, e);
        }
      }
    } catch (NoSuchFileException | DozoException e) {
      if (e instanceof NoSuchFileException && packs.find(entry.get().number()).isEmpty()) {
        run.forEach(segment -> missed.addAll(chunks(wanted, segment)));
        return missed; // A sweep has retired the pack since: what is needed of it is elsewhere.
      }
      for (ChunkLocation segment : run) {
        missed.addAll(chunks(wanted, segment));
        report.report(entry.get(), segment, chunks(wanted, segment), e);
      }
    } finally {
      decoders.give(decoder);
    }
    return missed;
  }

  @FunctionalInterface
  private interface Reading<T> {
    T from(OpenPack pack) throws IOException;
  }

  /**
   * Reads a segment, if need be by another file of the pack: the one that is kept open may be of
   * what the pack was before it was replaced, and an interrupt closes it for all its readers.
   */
  private <T> T read(OpenPack pack, Reading<T> reading) throws IOException {
    try {
      return reading.from(pack);
    } catch (IOException e) {
      UUID id = pack.key().packId();
      library.reopen(id);
      try (OpenPack anew = openAnew(id, e)) {
        return readOrRepair(anew, reading);
      }
    }
  }

  private OpenPack openAnew(UUID pack, IOException cause) throws IOException {
    try {
      return library.open(pack);
    } catch (IOException e) {
      cause.addSuppressed(e);
      throw cause;
    }
  }

  /** Reads a segment, if need be with the help of the pack's parity. */
  private <T> T readOrRepair(OpenPack pack, Reading<T> reading) throws IOException {
    try {
      return reading.from(pack);
    } catch (IOException e) {
      try {
        return readRepaired(pack.key().packId(), reading, e);
      } catch (CorruptDataException again) {
        if (again == e) {
          throw again;
        }
        library.forget(pack.key().packId()); // More may be damaged than when it was computed.
        return readRepaired(pack.key().packId(), reading, e);
      }
    }
  }

  private <T> T readRepaired(UUID pack, Reading<T> reading, IOException cause) throws IOException {
    try (OpenPack repaired = library.openRepaired(pack).orElseThrow(() -> cause)) {
      return reading.from(repaired);
    }
  }

  private static List<WantedChunk> chunks(
      Map<ChunkLocation, List<WantedChunk>> wanted, ChunkLocation segment) {
    return wanted.getOrDefault(segment, List.of());
  }

  /** Hands chunks out, and returns those that are not in the segment. */
  private static List<WantedChunk> deliver(
      SegmentView segment, List<WantedChunk> chunks, boolean sure, ChunkFetcher.Sink sink)
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

  @Override
  public void close() {
    decoders.close();
  }
}
