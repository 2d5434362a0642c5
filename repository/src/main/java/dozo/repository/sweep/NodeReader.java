package dozo.repository.sweep;

import dozo.format.ChunkId;
import dozo.format.map.MapNode;
import dozo.format.pack.ContentKind;
import dozo.format.seal.SegmentView;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackLibrary;
import dozo.repository.read.ChunkFetcher;
import dozo.repository.read.SegmentDecoder;
import dozo.repository.read.WantedChunk;
import dozo.repository.work.Lender;
import dozo.repository.work.Pace;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads map nodes from where they were marked, each segment once, in the order of the packs. For
 * one thread at a time; it has the work done on several.
 */
final class NodeReader implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(NodeReader.class);
  private static final int NODES_A_TASK = 64;

  private static final Comparator<Wanted> IN_PACK_ORDER =
      Comparator.comparingInt((Wanted wanted) -> wanted.pack().number())
          .thenComparingLong(Wanted::segmentOffset);

  private final PackLibrary library;
  private final ChunkFetcher fetcher;
  private final WorkPool pool;
  private final Pace pace;
  private final Lender<SegmentDecoder> decoders = new Lender<>(SegmentDecoder::new);

  NodeReader(PackLibrary library, ChunkFetcher fetcher, WorkPool pool, Pace pace) {
    this.library = library;
    this.fetcher = fetcher;
    this.pool = pool;
    this.pace = pace;
  }

  /**
   * A node to be read.
   *
   * @param place its place in the caller's batch
   * @param segmentOffset the offset of its segment's record in the pack
   * @param sealedBytes the length of the segment's sealed bytes
   */
  record Wanted(int place, ChunkId id, PackEntry pack, long segmentOffset, int sealedBytes) {

    boolean isWith(Wanted other) {
      return pack.number() == other.pack.number() && segmentOffset == other.segmentOffset;
    }
  }

  /** Takes nodes that were read. */
  @FunctionalInterface
  interface Sink {
    void take(Wanted wanted, MapNode node) throws IOException;
  }

  private record Read(Wanted wanted, MapNode node) {}

  /**
   * Reads nodes.
   *
   * @param sink takes those that can be read, on the calling thread
   * @return those that cannot
   */
  List<Wanted> read(List<Wanted> nodes, Sink sink) throws IOException {
    List<Wanted> inOrder = nodes.stream().sorted(IN_PACK_ORDER).toList();
    List<Read> read = new ArrayList<>();
    List<Wanted> unread = new ArrayList<>();
    List<WorkPool.Task> tasks = new ArrayList<>();
    for (int from = 0; from < inOrder.size(); ) {
      int to = endOfRun(inOrder, from);
      List<Wanted> run = inOrder.subList(from, to);
      tasks.add(() -> {
        List<Read> readHere = new ArrayList<>();
        List<Wanted> unreadHere = readRun(run, readHere);
        synchronized (read) {
          read.addAll(readHere);
          unread.addAll(unreadHere);
        }
      });
      from = to;
    }
    pool.runAll(tasks);
    // The threads of the pool are backups' too, so that waiting is left to this one.
    pace.await();
    for (Read each : read) {
      sink.take(each.wanted, each.node);
    }
    return unread;
  }

  /** A run is in one pack and ends with a segment. */
  private static int endOfRun(List<Wanted> inOrder, int from) {
    int to = from + 1;
    while (to < inOrder.size()
        && inOrder.get(to).pack().number() == inOrder.get(from).pack().number()
        && (to - from < NODES_A_TASK || inOrder.get(to).isWith(inOrder.get(to - 1)))) {
      to++;
    }
    return to;
  }

  private List<Wanted> readRun(List<Wanted> run, List<Read> read) {
    List<Wanted> unread = new ArrayList<>();
    SegmentDecoder decoder = decoders.take();
    try (var pack = library.open(run.getFirst().pack().id())) {
      for (int from = 0; from < run.size(); ) {
        int to = from + 1;
        while (to < run.size() && run.get(to).isWith(run.get(from))) {
          to++;
        }
        List<Wanted> together = run.subList(from, to);
        Wanted any = together.getFirst();
        pace.spend(any.sealedBytes());
        try {
          ChunkLocation segment =
              new ChunkLocation(any.pack().number(), any.segmentOffset(), any.sealedBytes());
          take(decoder.decode(pack, segment), together, read, unread);
        } catch (IOException e) {
          log.warn("A segment of map nodes cannot be read pack={}", any.pack().id(), e);
          unread.addAll(together);
        }
        from = to;
      }
    } catch (IOException e) {
      log.warn("A pack of map nodes cannot be opened pack={}", run.getFirst().pack().id(), e);
      unread.clear();
      read.clear();
      unread.addAll(run);
    } finally {
      decoders.give(decoder);
    }
    return unread;
  }

  private static void take(
      SegmentView segment, List<Wanted> wanted, List<Read> read, List<Wanted> unread) {
    for (Wanted each : wanted) {
      int place = segment.find(each.id());
      try {
        if (place < 0) {
          unread.add(each);
        } else {
          read.add(new Read(each, decode(each.id(), segment, place)));
        }
      } catch (IOException e) {
        unread.add(each);
      }
    }
  }

  private static MapNode decode(ChunkId id, SegmentView segment, int place) throws IOException {
    int from = segment.offset(place);
    return MapNode.decode(
        id, Arrays.copyOfRange(segment.plain(), from, from + segment.length(place)));
  }

  /**
   * Reads a node from any sound copy. Damage that it meets is reported.
   *
   * @throws IOException if there is none
   */
  MapNode readAnywhere(ChunkId id, String neededBy) throws IOException {
    AtomicReference<byte[]> content = new AtomicReference<>(new byte[0]);
    fetcher.fetch(
        ContentKind.MAP_NODES,
        List.of(new WantedChunk(0, id, -1, -1)),
        (wanted, segment, place) -> {
          int from = segment.offset(place);
          content.set(Arrays.copyOfRange(segment.plain(), from, from + segment.length(place)));
        },
        neededBy);
    return MapNode.decode(id, content.get());
  }

  @Override
  public void close() {
    decoders.close();
  }
}
