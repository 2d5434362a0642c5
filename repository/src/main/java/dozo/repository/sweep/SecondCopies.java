package dozo.repository.sweep;

import dozo.format.ChunkId;
import dozo.format.pack.PackDirectory;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.PackEntry;
import dozo.repository.read.SegmentDecoder;
import dozo.repository.read.WantedChunk;
import dozo.repository.work.Pace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the last good copy of a chunk. A pack that goes may hold a chunk that is marked in another
 * pack: a backup stored it again because the first was damaged, or a crash left both. Before the
 * unmarked copy is given up, the marked one is read; if it cannot be, the copies change places. So
 * they do if somebody else has found the marked one damaged since it was marked, and the index does
 * not tell of it any more.
 *
 * <p>There are few second copies, so this costs a look-up in the index for each chunk that goes,
 * and hardly any reading. For one thread.
 */
final class SecondCopies implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SecondCopies.class);
  private static final int LOOKUPS_AT_ONCE = 256;
  private static final int REMEMBERED = 10_000;

  private final SweepParts parts;
  private final MarkTable marks;
  private final LoadedDirectories directories;
  private final Pace pace;
  private final SegmentDecoder decoder = new SegmentDecoder();
  private final EndangeredChunks endangered;

  /** Whether a segment that was read is sound. */
  private final Map<ChunkLocation, Boolean> segments = new HashMap<>();

  SecondCopies(SweepParts parts, MarkTable marks, LoadedDirectories directories, Pace pace) {
    this.parts = parts;
    this.marks = marks;
    this.directories = directories;
    this.pace = pace;
    this.endangered = new EndangeredChunks(parts.damaged(), marks, directories);
  }

  private record Copy(PackMarks pack, PackDirectory directory, int chunk) {

    ChunkLocation segment() {
      int segment = directory.segmentOf(chunk);
      return new ChunkLocation(
          pack.pack().number(), directory.offset(segment), directory.sealedLength(segment));
    }
  }

  /**
   * Marks those chunks of a pack that is to go of which it has the only good copy.
   *
   * @param directory the pack's directory
   * @return whether there were any
   */
  boolean keepLastGood(PackMarks going, PackDirectory directory) throws IOException {
    PackEntry entry = going.pack();
    boolean any = false;
    for (int from = 0; from < directory.chunkCount(); from += LOOKUPS_AT_ONCE) {
      int to = Math.min(directory.chunkCount(), from + LOOKUPS_AT_ONCE);
      List<Integer> unmarked = new ArrayList<>();
      List<ChunkId> ids = new ArrayList<>();
      for (int chunk = from; chunk < to; chunk++) {
        if (!going.isMarked(chunk)) {
          unmarked.add(chunk);
          ids.add(directory.id(chunk));
        }
      }
      List<@Nullable ChunkLocation> found = parts.index().find(ids);
      // Damage is noted before the index forgets a chunk, so this is looked at after that.
      endangered.refresh();
      for (int i = 0; i < ids.size(); i++) {
        ChunkLocation location = found.get(i);
        boolean isLastGood =
            location == null
                ? endangered.contains(ids.get(i))
                : location.pack() != entry.number()
                    && !isUselessOrSound(ids.get(i), location.pack(), entry);
        if (isLastGood) {
          log.warn(
              "A second copy is the only good one and is kept chunk={} pack={}",
              ids.get(i),
              entry.id());
          any |= going.mark(directory, unmarked.get(i));
        }
      }
    }
    return any;
  }

  /** Whether a chunk is not needed, or the copy in the other pack can be read. */
  private boolean isUselessOrSound(ChunkId id, int number, PackEntry going) throws IOException {
    Optional<PackMarks> other = marks.find(number);
    if (other.isEmpty()) {
      return true;
    }
    PackDirectory directory;
    try {
      directory = directories.get(other.get().pack());
    } catch (IOException e) {
      log.warn("A pack directory cannot be read pack={}", other.get().pack().id(), e);
      return false;
    }
    int chunk = directory.find(id);
    return chunk < 0
        || !other.get().isMarked(chunk)
        || isSound(new Copy(other.get(), directory, chunk), id, going);
  }

  private boolean isSound(Copy copy, ChunkId id, PackEntry going) throws IOException {
    ChunkLocation segment = copy.segment();
    if (parts.damaged().contains(segment)) {
      return false;
    }
    Boolean known = segments.get(segment);
    if (known != null) {
      return known;
    }
    boolean sound = read(copy.pack().pack(), segment);
    if (!sound) {
      // Reading it the usual way reports the damage: it leaves the index, and no backup uses it.
      parts
          .fetcher()
          .tryFetch(
              going.kind(),
              List.of(new WantedChunk(0, id, -1, -1)),
              (wanted, view, place) -> {},
              "sweep");
    }
    if (segments.size() < REMEMBERED) {
      segments.put(segment, sound);
    }
    return sound;
  }

  private boolean read(PackEntry entry, ChunkLocation segment) {
    pace.take(segment.sealedBytes());
    try (var pack = parts.library().open(entry.id())) {
      return decoder.decode(pack, segment).chunkCount() > 0;
    } catch (IOException e) {
      log.warn("A segment cannot be read pack={}", entry.id(), e);
      return false;
    }
  }

  @Override
  public void close() {
    decoder.close();
  }
}
