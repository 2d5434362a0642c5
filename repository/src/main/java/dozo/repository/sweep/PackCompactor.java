package dozo.repository.sweep;

import dozo.format.key.KeyRing;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackDirectory;
import dozo.format.seal.SegmentView;
import dozo.repository.index.ChunkIndex;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.OpenPack;
import dozo.repository.pack.PackEntry;
import dozo.repository.read.IdProver;
import dozo.repository.read.SegmentDecoder;
import dozo.repository.read.WantedChunk;
import dozo.repository.work.Pace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies what is needed out of condemned packs into new ones. For one thread, and one group of
 * packs.
 *
 * <p>What cannot be read in its place is taken from another copy if there is one. If there is none,
 * the pack stays until the next sweep, which looks whether it may be repaired; what was known to be
 * damaged before it was tried here is given up, and goes to the trash with its pack.
 */
final class PackCompactor implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(PackCompactor.class);

  private final SweepParts parts;
  private final Pace pace;
  private final List<ChunkIndex.Contents> published = new ArrayList<>();
  private final List<ChunkIndex.Contents> emptied = new ArrayList<>();
  private final Map<ContentKind, CompactionWriter> writers = new EnumMap<>(ContentKind.class);
  private final SegmentDecoder decoder = new SegmentDecoder();
  private final IdProver prover;

  /**
   * Prepares to copy.
   *
   * @param domains the dedup domains of all that is needed
   */
  PackCompactor(SweepParts parts, Pace pace, Set<String> domains) {
    this.parts = parts;
    this.pace = pace;
    KeyRing ring = parts.keys().get();
    this.prover = new IdProver(domains.stream().map(ring::domainKeys).toList());
    for (ContentKind kind : ContentKind.values()) {
      writers.put(kind, new CompactionWriter(kind, parts, published));
    }
  }

  /** The new packs, which are on stable storage. */
  List<ChunkIndex.Contents> published() {
    return published;
  }

  /** The packs of which nothing is needed any more once the index knows the new ones. */
  List<ChunkIndex.Contents> emptied() {
    return emptied;
  }

  /**
   * Copies what is marked in a pack.
   *
   * @param directory the one that the marks were made by
   * @throws dozo.repository.work.StopSignal.StoppedException if it is to stop; what was copied of
   *     other packs can be published all the same
   */
  void copy(PackMarks marks, PackDirectory directory) throws IOException {
    PackEntry entry = marks.pack();
    boolean isWhole = true;
    try (OpenPack pack = open(entry)) {
      for (int segment = 0; segment < directory.segmentCount(); segment++) {
        int[] wanted = wanted(marks, directory, segment);
        if (wanted.length == 0) {
          continue;
        }
        // What is read is written as well, before the next piece.
        pace.take(2L * directory.sealedLength(segment));
        ChunkLocation location =
            new ChunkLocation(
                entry.number(), directory.offset(segment), directory.sealedLength(segment));
        boolean isGivenUp = parts.damaged().contains(location);
        SegmentView view = decode(pack, location, directory, segment);
        if (view == null || (isGivenUp && !isProven(entry, directory, segment, view))) {
          isWhole &= copyFromElsewhere(entry, directory, wanted) || isGivenUp;
          continue;
        }
        for (int chunk : wanted) {
          int place = chunk - directory.firstChunk(segment);
          writer(entry.kind())
              .add(view.id(place), view.plain(), view.offset(place), view.length(place));
        }
      }
    }
    if (isWhole) {
      emptied.add(new ChunkIndex.Contents(entry, directory));
    }
  }

  /** Opens a pack; null if it cannot be, so that all is taken from elsewhere. */
  private @Nullable OpenPack open(PackEntry entry) {
    try {
      return parts.library().open(entry.id());
    } catch (IOException e) {
      log.warn("A pack cannot be opened pack={}", entry.id(), e);
      return null;
    }
  }

  /** Reads a segment; null if it cannot be, or holds something else than it should. */
  private @Nullable SegmentView decode(
      @Nullable OpenPack pack, ChunkLocation location, PackDirectory directory, int segment) {
    if (pack == null) {
      return null;
    }
    try {
      SegmentView view = decoder.decode(pack, location);
      requireSame(view, directory, segment);
      return view;
    } catch (IOException e) {
      log.warn(
          "A segment cannot be copied pack={} offset={}",
          location.pack(),
          location.segmentOffset(),
          e);
      return null;
    }
  }

  /** Whether the chunks of a segment of which something bad is known are what their ids say. */
  private boolean isProven(
      PackEntry entry, PackDirectory directory, int segment, SegmentView view) {
    boolean proven = true;
    for (int i = 0; proven && i < directory.chunkCount(segment); i++) {
      proven =
          prover.isProven(entry.kind(), view.id(i), view.plain(), view.offset(i), view.length(i));
    }
    return proven;
  }

  private static int[] wanted(PackMarks marks, PackDirectory directory, int segment) {
    int first = directory.firstChunk(segment);
    int[] wanted = new int[directory.chunkCount(segment)];
    int count = 0;
    for (int chunk = first; chunk < first + directory.chunkCount(segment); chunk++) {
      if (marks.isMarked(chunk)) {
        wanted[count++] = chunk;
      }
    }
    return Arrays.copyOf(wanted, count);
  }

  private static void requireSame(SegmentView view, PackDirectory directory, int segment)
      throws IOException {
    int first = directory.firstChunk(segment);
    boolean same = view.chunkCount() == directory.chunkCount(segment);
    for (int i = 0; same && i < view.chunkCount(); i++) {
      same = view.id(i).equals(directory.id(first + i));
    }
    if (!same) {
      throw new IOException("A segment holds other chunks than the pack's directory says");
    }
  }

  private CompactionWriter writer(ContentKind kind) {
    CompactionWriter writer = writers.get(kind);
    if (writer == null) {
      throw new IllegalStateException("There is no writer for " + kind);
    }
    return writer;
  }

  /** Copies chunks from wherever they can be read. Damage that this meets is reported. */
  private boolean copyFromElsewhere(PackEntry entry, PackDirectory directory, int[] chunks)
      throws IOException {
    List<WantedChunk> wanted = new ArrayList<>();
    for (int chunk : chunks) {
      wanted.add(new WantedChunk(wanted.size(), directory.id(chunk), directory.length(chunk), -1));
    }
    List<byte[]> contents = new ArrayList<>(Collections.nCopies(chunks.length, new byte[0]));
    Map<WantedChunk, IOException> failures =
        parts
            .fetcher()
            .tryFetch(
                entry.kind(),
                wanted,
                (chunk, segment, place) -> {
                  int from = segment.offset(place);
                  byte[] bytes =
                      Arrays.copyOfRange(segment.plain(), from, from + segment.length(place));
                  synchronized (contents) {
                    contents.set(chunk.index(), bytes);
                  }
                },
                "compaction");
    boolean isWhole = true;
    for (WantedChunk chunk : wanted) {
      byte[] bytes = contents.get(chunk.index());
      if (!failures.containsKey(chunk)
          && prover.isProven(entry.kind(), chunk.id(), bytes, 0, bytes.length)) {
        writer(entry.kind()).add(chunk.id(), bytes, 0, bytes.length);
      } else {
        log.error("A chunk that is needed cannot be read chunk={} pack={}", chunk.id(), entry.id());
        isWhole = false;
      }
    }
    return isWhole;
  }

  /** Publishes what has been copied. */
  void finish() throws IOException {
    for (CompactionWriter writer : writers.values()) {
      writer.finish();
    }
  }

  @Override
  public void close() {
    writers.values().forEach(CompactionWriter::close);
    decoder.close();
  }
}
