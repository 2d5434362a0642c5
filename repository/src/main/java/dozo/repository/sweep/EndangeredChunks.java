package dozo.repository.sweep;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.pack.PackDirectory;
import dozo.repository.pack.DamagedSegments;
import java.io.IOException;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;

/**
 * The chunks that are marked in a segment which is known to be damaged by now, whoever found that
 * out: a reader, a scrub or the sweep itself. For one thread.
 */
final class EndangeredChunks {

  /** Some 60 MiB. With more damage than that nothing should be given back. */
  private static final int MAXIMUM = 1 << 20;

  private final DamagedSegments damaged;
  private final MarkTable marks;
  private final LoadedDirectories directories;
  private final Set<ChunkId> chunks = new HashSet<>();
  private long known;

  EndangeredChunks(DamagedSegments damaged, MarkTable marks, LoadedDirectories directories) {
    this.damaged = damaged;
    this.marks = marks;
    this.directories = directories;
  }

  /**
   * Takes note of damage that was found since the last time.
   *
   * @throws CorruptDataException if there is so much that nothing should be given back
   */
  void refresh() throws IOException {
    long count = damaged.additions();
    if (count == known) {
      return;
    }
    for (int pack : damaged.packs()) {
      Optional<PackMarks> marked = marks.find(pack);
      if (marked.isPresent() && marked.get().live() > 0) {
        add(marked.get(), damaged.offsets(pack));
      }
    }
    known = count;
  }

  private void add(PackMarks pack, SortedSet<Long> offsets) throws IOException {
    PackDirectory directory;
    try {
      directory = directories.get(pack.pack());
    } catch (IOException e) {
      throw new CorruptDataException(
          Fault.of("A pack that is needed is damaged, and now its directory cannot be read either")
              .in("pack " + pack.pack().id())
              .cure("repair the repository, then sweep again"),
          e);
    }
    for (int segment = 0; segment < directory.segmentCount(); segment++) {
      if (offsets.contains(directory.offset(segment))) {
        int first = directory.firstChunk(segment);
        for (int chunk = first; chunk < first + directory.chunkCount(segment); chunk++) {
          if (pack.isMarked(chunk)) {
            chunks.add(directory.id(chunk));
          }
        }
      }
    }
    if (chunks.size() > MAXIMUM) {
      throw new CorruptDataException(
          Fault.of("So much is damaged that nothing is given back")
              .expected("at most " + MAXIMUM + " damaged chunks that are needed")
              .cure("see to the disk, repair the repository, then sweep again"));
    }
  }

  /** Whether a chunk is marked where it cannot be read. */
  boolean contains(ChunkId id) {
    return chunks.contains(id);
  }
}
