package dozo.mount.read;

import dozo.format.ChunkId;
import dozo.format.DozoException;
import dozo.format.disk.DiskRange;
import dozo.format.disk.Extent;
import dozo.mount.trace.BootTrace;
import dozo.mount.trace.BootTraces;
import dozo.mount.trace.TracedDisk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings what earlier boots read into the cache, on one thread for all disks: stretch by stretch of
 * the trace, and of each stretch in pieces that the source fetches in the order of its packs.
 *
 * <p>Safe for use by many threads.
 */
final class Prefetcher implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Prefetcher.class);

  /** How much is fetched before it is looked anew whether a reader wants something. */
  private static final long PIECE_BYTES = 4 << 20;

  private static final int PIECE_CHUNKS = 1024;

  /** A disk gets no more of the cache than one half: what is read now is worth more. */
  private static final int SHARE = 2;

  /** For how long the end of a mount waits for a piece, which may wait for a server. */
  private static final int PATIENCE_SECONDS = 2;

  private final ReadCache cache;
  private final BootTraces traces;
  private final Set<TracedDisk> begun = ConcurrentHashMap.newKeySet();
  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          Thread.ofPlatform().daemon().name("dozo-prefetch").factory());
  private volatile boolean closed;
  private volatile Runnable whenDone = () -> {};

  Prefetcher(ReadCache cache, BootTraces traces) {
    this.cache = cache;
    this.traces = traces;
  }

  /** Begins with a disk, unless that was done before. */
  void begin(TracedDisk disk, SourceOpener opener) {
    if (begun.add(disk)) {
      runLater(() -> run(disk, opener));
    }
  }

  /** Has something run whenever a disk is done, and for those that are done already. */
  void whenDone(Runnable told) {
    whenDone = told;
    runLater(told);
  }

  /** Runs a task on the same thread. */
  void runLater(Runnable task) {
    try {
      thread.execute(task);
    } catch (RejectedExecutionException e) {
      // The cache is being closed, which keeps the recordings itself.
      return;
    }
  }

  private void run(TracedDisk disk, SourceOpener opener) {
    Optional<BootTrace> trace = traces.find(disk);
    if (trace.isEmpty() || closed) {
      return;
    }
    long begin = System.nanoTime();
    long before = cache.prefetched().bytes();
    try (CachedDiskReader reader = cache.open(opener.open())) {
      bring(trace.get(), reader);
    } catch (IOException | RuntimeException e) {
      // Whoever reads there meets it again, and is told.
      log.info("reading ahead for a boot ended early vm={} disk={}", disk.vm(), disk.disk(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    log.info(
        "read ahead for a boot vm={} disk={} traced_bytes={} bytes={} millis={}",
        disk.vm(),
        disk.disk(),
        trace.get().bytes(),
        cache.prefetched().bytes() - before,
        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin));
    whenDone.run();
  }

  private void bring(BootTrace trace, CachedDiskReader reader)
      throws IOException, InterruptedException {
    long left = cache.options().chunkBytes() / SHARE;
    Set<ChunkId> asked = new HashSet<>();
    for (List<DiskRange> stretch : trace.stretches()) {
      List<Extent> piece = new ArrayList<>();
      long bytes = 0;
      for (DiskRange range : stretch) {
        giveWay();
        for (Extent chunk : reader.chunks(range)) {
          if (chunk.lengthBytes() > left || closed) {
            fetch(reader, piece);
            return;
          }
          if (asked.add(chunk.id())) {
            piece.add(chunk);
            bytes += chunk.lengthBytes();
            left -= chunk.lengthBytes();
          }
          if (bytes >= PIECE_BYTES || piece.size() == PIECE_CHUNKS) {
            fetch(reader, piece);
            piece = new ArrayList<>();
            bytes = 0;
          }
        }
      }
      fetch(reader, piece);
    }
  }

  private void fetch(CachedDiskReader reader, List<Extent> piece)
      throws IOException, InterruptedException {
    giveWay();
    if (closed || piece.isEmpty()) {
      return;
    }
    try {
      reader.prefetch(piece);
    } catch (DozoException e) {
      // One chunk is bad. That is no reason to leave out the pieces after this one.
      log.debug("a piece could not be read ahead in full", e);
    }
  }

  private void giveWay() throws InterruptedException {
    cache.chunks().loads().awaitNone(() -> closed);
  }

  /** Ends after the piece that is being fetched. */
  @Override
  public void close() {
    closed = true;
    thread.shutdown();
    try {
      if (!thread.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
