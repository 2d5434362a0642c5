package dozo.mount.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dozo.format.ChunkId;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The decoded chunks, bounded by their bytes. A chunk's id names its content, so what is found
 * under an id is right for every disk and for ever.
 *
 * <p>Safe for use by many threads.
 */
final class ChunkCache {
  /** What an entry costs beside its bytes. */
  private static final int ENTRY_BYTES = 128;

  private final Cache<ChunkId, byte[]> cache;
  private final WaitingChunks waiting;
  private final PrefetchedChunks prefetched = new PrefetchedChunks();
  private final LoadsUnderWay loads = new LoadsUnderWay();
  private final Flights<ChunkId, byte[]> flights = new Flights<>(this::getIfPresent);

  /**
   * Makes an empty cache.
   *
   * @param maximumBytes the bound of what was asked for
   * @param waitingBytes the bound of what was read ahead
   */
  ChunkCache(long maximumBytes, long waitingBytes) {
    this.waiting = new WaitingChunks(waitingBytes);
    this.cache =
        Caffeine.newBuilder()
            .maximumWeight(maximumBytes)
            .weigher((ChunkId _, byte[] plain) -> plain.length + ENTRY_BYTES)
            .executor(Runnable::run)
            .build();
  }

  /** How many bytes of chunks are kept. */
  long bytes() {
    long kept = cache.policy().eviction().map(it -> it.weightedSize().orElse(0)).orElse(0L);
    return kept + waiting.bytes();
  }

  /** Returns a chunk that is there, or null. */
  byte @Nullable [] getIfPresent(ChunkId id) {
    byte[] plain = cache.getIfPresent(id);
    if (plain != null) {
      prefetched.noteUse(id, plain.length);
      return plain;
    }
    WaitingChunks.Found found = waiting.use(id);
    if (found == null) {
      return null;
    }
    if (found.leaves()) {
      cache.put(id, found.plain());
    }
    return found.plain();
  }

  /**
   * Returns chunks, loading those that are missing in one go and waiting for those that others
   * load.
   *
   * @return their bytes in the order asked; not to be written to
   * @throws IOException naming the chunk that cannot be had
   */
  List<byte[]> get(ChunkSource source, List<Extent> chunks) throws IOException {
    List<Flight<byte[]>> joined = new ArrayList<>(chunks.size());
    ChunkLoad load = new ChunkLoad(source, flights, cache::put);
    for (Extent chunk : chunks) {
      Flights.Ticket<byte[]> ticket = flights.join(chunk.id());
      joined.add(ticket.flight());
      if (ticket.pilot()) {
        load.add(chunk, ticket.flight());
      }
    }
    loads.begin();
    try {
      load.run();
    } finally {
      loads.end();
    }
    List<byte[]> plains = new ArrayList<>(chunks.size());
    for (Flight<byte[]> flight : joined) {
      plains.add(flight.await());
    }
    return plains;
  }

  /**
   * Loads what is neither there nor under way, for readers who may come. They do not wait for it:
   * who wants one of the chunks meanwhile loads it himself, alone and so sooner.
   *
   * @throws IOException if something could not be had; the rest is there
   */
  void prefetch(ChunkSource source, List<Extent> chunks) throws IOException {
    List<Extent> missing = chunks.stream().filter(chunk -> !isKnown(chunk.id())).toList();
    source.fetch(
        missing,
        (index, plain) -> {
          Extent chunk = missing.get(index);
          if (plain.remaining() == chunk.lengthBytes()) {
            byte[] bytes = new byte[plain.remaining()];
            plain.get(bytes);
            prefetched.add(chunk.id(), bytes.length);
            cache.put(chunk.id(), bytes);
          }
        });
  }

  private boolean isKnown(ChunkId id) {
    return cache.asMap().containsKey(id) || waiting.contains(id) || flights.isUnderWay(id);
  }

  /** What readers are loading just now. */
  LoadsUnderWay loads() {
    return loads;
  }

  /** What was brought by {@link #prefetch}, and what readers found of it. */
  PrefetchStatistics prefetched() {
    return prefetched.statistics();
  }

  /** Loads what is neither there nor under way. A failure is left for the reader who meets it. */
  void readAhead(ChunkSource source, List<Extent> chunks) {
    ChunkLoad load = new ChunkLoad(source, flights, waiting::add);
    for (Extent chunk : chunks) {
      ChunkId id = chunk.id();
      if (!cache.asMap().containsKey(id) && !waiting.contains(id)) {
        Flights.Ticket<byte[]> ticket = flights.join(id);
        if (ticket.pilot()) {
          load.add(chunk, ticket.flight());
        }
      }
    }
    load.run();
  }
}
