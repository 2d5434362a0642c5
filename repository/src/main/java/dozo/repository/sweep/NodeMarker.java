package dozo.repository.sweep;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.disk.Extent;
import dozo.format.manifest.MapRoot;
import dozo.format.map.MapNode;
import dozo.format.pack.ContentKind;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks chunk maps, each distinct node once: a node whose bit is set has been walked. Nodes wait on
 * one stack a level, and the lowest level goes first, so that few wait. For one thread, and one
 * use.
 *
 * <p>A node that cannot be read ends the sweep, since what it reaches is unknown.
 */
final class NodeMarker {

  private static final int LEAVES_TOGETHER = 1_024;
  private static final int INNER_TOGETHER = 128;
  private static final int REMEMBERED = 1 << 17;
  private static final int UNBOUNDED = (1 << 24) - 1;

  private final ReferenceResolver resolver;
  private final NodeReader reader;
  private final ChunkMarker chunks;
  private final List<MapSource> sources;
  private final LongConsumer progress;
  private final List<IdBatch> waiting = new ArrayList<>();
  private final RecentIds recent = new RecentIds(REMEMBERED);
  private final IdBatch fresh = new IdBatch(UNBOUNDED);

  /**
   * Prepares a walk.
   *
   * @param chunks takes what leaves refer to
   * @param sources the maps
   * @param progress hears of nodes and chunks that were gone over
   */
  NodeMarker(
      ReferenceResolver resolver,
      NodeReader reader,
      ChunkMarker chunks,
      List<MapSource> sources,
      LongConsumer progress) {
    this.resolver = resolver;
    this.reader = reader;
    this.chunks = chunks;
    this.sources = sources;
    this.progress = progress;
    for (int level = 0; level <= MapRoot.MAXIMUM_LEVEL; level++) {
      waiting.add(new IdBatch(UNBOUNDED));
    }
  }

  /** Walks all maps. */
  void run() throws IOException {
    for (int source = 0; source < sources.size(); source++) {
      MapRoot root = sources.get(source).root();
      waiting.get(root.level()).add(root.root(), source);
    }
    for (int level = nextLevel(); level >= 0; level = nextLevel()) {
      walk(level);
    }
    chunks.finish();
  }

  private int nextLevel() {
    if (waiting.getFirst().size() >= LEAVES_TOGETHER) {
      return 0;
    }
    for (int level = 1; level < waiting.size(); level++) {
      if (waiting.get(level).size() > 0) {
        return level;
      }
    }
    return waiting.getFirst().size() > 0 ? 0 : -1;
  }

  private void walk(int level) throws IOException {
    IdBatch taken = new IdBatch(UNBOUNDED);
    waiting.get(level).moveLast(level == 0 ? LEAVES_TOGETHER : INNER_TOGETHER, taken);
    fresh.clear();
    for (int place = 0; place < taken.size(); place++) {
      ChunkId id = taken.id(place);
      if (!recent.contains(id)) {
        recent.add(id);
        fresh.add(id, taken.source(place));
      }
    }
    List<NodeReader.Wanted> reads = new ArrayList<>();
    ReferenceResolver.Sink sink =
        (place, pack, directory, chunk) -> {
          if (pack.mark(directory, chunk)) {
            int segment = directory.segmentOf(chunk);
            synchronized (reads) {
              reads.add(
                  new NodeReader.Wanted(
                      place,
                      fresh.id(place),
                      pack.pack(),
                      directory.offset(segment),
                      directory.sealedLength(segment)));
            }
          }
        };
    find(resolver.resolve(fresh, sink), sink);
    List<NodeReader.Wanted> unread =
        reader.read(reads, (wanted, node) -> take(wanted.place(), node, level));
    for (NodeReader.Wanted wanted : unread) {
      readElsewhere(wanted.place(), level);
    }
  }

  /** Searches all directories for nodes that the index does not lead to. */
  private void find(List<Integer> places, ReferenceResolver.Sink sink) throws IOException {
    if (places.isEmpty()) {
      return;
    }
    List<Integer> broken = new ArrayList<>();
    List<Integer> nowhere =
        resolver.search(
            ContentKind.MAP_NODES,
            fresh,
            places,
            sink,
            (place, pack, directory, chunk) -> broken.add(place));
    broken.addAll(nowhere);
    if (!broken.isEmpty()) {
      throw unreadable(broken.getFirst(), null);
    }
  }

  /**
   * Reads nodes again that could not be read where they were marked, from wherever they can be, and
   * marks the copy that can be read.
   */
  private void readElsewhere(int place, int level) throws IOException {
    MapNode node;
    try {
      node = reader.readAnywhere(fresh.id(place), sources.get(fresh.source(place)).describe());
    } catch (IOException e) {
      throw unreadable(place, e);
    }
    IdBatch one = new IdBatch(1);
    one.add(fresh.id(place), fresh.source(place));
    List<Integer> left =
        resolver.resolve(one, (each, pack, directory, chunk) -> pack.mark(directory, chunk));
    if (!left.isEmpty()) {
      find(List.of(place), (each, pack, directory, chunk) -> pack.mark(directory, chunk));
    }
    take(place, node, level);
  }

  private void take(int place, MapNode node, int level) throws IOException {
    if (node.level() != level) {
      throw unreadable(place, null);
    }
    int source = fresh.source(place);
    for (int i = 0; i < node.entries(); i++) {
      ChunkId id = node.id(i);
      if (level > 0) {
        waiting.get(level - 1).add(id, source);
      } else if (!id.equals(Extent.HOLE)) {
        chunks.add(id, source);
      }
    }
    progress.accept(1 + (level == 0 ? node.entries() : 0));
  }

  private CorruptDataException unreadable(int place, @Nullable IOException cause) {
    Fault fault =
        Fault.of("A map node cannot be read, so that nobody knows what it reaches")
            .in("map node " + fresh.id(place) + ", " + sources.get(fresh.source(place)).describe())
            .cure(
                "verify the repository; back the VM up again, which heals what is unchanged, or"
                    + " forget the restore points that need the node and empty the trash");
    return cause == null ? new CorruptDataException(fault) : new CorruptDataException(fault, cause);
  }
}
