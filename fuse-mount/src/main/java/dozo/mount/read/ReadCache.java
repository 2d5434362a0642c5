package dozo.mount.read;

import dozo.format.disk.ChunkSource;
import dozo.mount.trace.BootTraces;
import dozo.mount.trace.TracedDisk;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What all disks that a process reads have in common: the decoded chunks, the parts of chunk maps,
 * the threads that run ahead, and the traces of boots.
 *
 * <p>Safe for use by many threads. Close the readers first.
 */
public final class ReadCache implements AutoCloseable {
  private static final ThreadFactory THREADS =
      Thread.ofPlatform().daemon().name("dozo-read-ahead-", 0).factory();

  private static final Logger log = LoggerFactory.getLogger(ReadCache.class);

  private final ReadCacheOptions options;
  private final ChunkCache chunks;
  private final ExtentCache extents;
  private final ExecutorService readAhead;
  private final Semaphore permits;
  private final Optional<Traced> traced;

  /** What there is if boots are traced. */
  private record Traced(BootTraces traces, Prefetcher prefetcher) {}

  /** Makes an empty cache that neither records boots nor reads ahead for them. */
  public ReadCache(ReadCacheOptions options) {
    this(options, Optional.empty());
  }

  /**
   * Makes an empty cache.
   *
   * @param traces where boots are recorded; closed with the cache
   */
  public ReadCache(ReadCacheOptions options, Optional<BootTraces> traces) {
    this.options = options;
    // What was read ahead waits outside the cache, and the two together keep to the bound.
    long waitingBytes = Math.min(2L * options.readAheadBytes(), options.chunkBytes() / 2);
    this.chunks = new ChunkCache(options.chunkBytes() - waitingBytes, waitingBytes);
    this.extents = new ExtentCache(options.extentBytes());
    this.readAhead = Executors.newFixedThreadPool(options.readAheadThreads(), THREADS);
    this.permits =
        new Semaphore(
            options.readAheadThreads() + options.readAheadBytes() / SequentialReads.LEAST_BYTES);
    this.traced = traces.map(each -> new Traced(each, new Prefetcher(this, each)));
  }

  /**
   * Opens a reader over a source.
   *
   * @param source closed with the reader
   */
  public CachedDiskReader open(ChunkSource source) {
    return new CachedDiskReader(source, this, Optional.empty());
  }

  /**
   * Opens a reader over a disk that may be booted from: its first reads are recorded, and what an
   * earlier boot read is brought into the cache.
   *
   * @param opener opens the source, which is closed with the reader
   */
  public CachedDiskReader open(TracedDisk disk, SourceOpener opener) throws IOException {
    CachedDiskReader reader =
        new CachedDiskReader(
            opener.open(), this, traced.map(each -> new BootRecording(each.traces(), disk, this)));
    prefetch(disk, opener);
    return reader;
  }

  /**
   * Begins to bring what an earlier boot read into the cache, before anyone opens the disk. Done
   * once for each disk, and not at all without a trace.
   *
   * @param opener opens a source of its own for it
   */
  public void prefetch(TracedDisk disk, SourceOpener opener) {
    traced.ifPresent(each -> each.prefetcher().begin(disk, opener));
  }

  /** Has someone told, on a thread of ours, whenever something was read ahead for a boot. */
  public void whenPrefetched(Consumer<PrefetchStatistics> listener) {
    traced.ifPresent(each -> each.prefetcher().whenDone(() -> listener.accept(prefetched())));
  }

  /** What was read ahead for boots so far, and what of it was of use. */
  public PrefetchStatistics prefetched() {
    return chunks.prefetched();
  }

  ReadCacheOptions options() {
    return options;
  }

  ChunkCache chunks() {
    return chunks;
  }

  ExtentCache extents() {
    return extents;
  }

  /**
   * Runs a task beside the readers, unless enough are waiting; returns whether it will run.
   *
   * @param bytes how much the task reads
   */
  boolean tryRunAhead(long bytes, Runnable task) {
    int weight = Math.toIntExact(Math.ceilDiv(bytes, SequentialReads.LEAST_BYTES));
    if (!permits.tryAcquire(weight)) {
      return false;
    }
    try {
      readAhead.execute(() -> {
        try {
          task.run();
        } finally {
          permits.release(weight);
        }
      });
      return true;
    } catch (RejectedExecutionException e) {
      // The cache is being closed; nobody will want what lies ahead.
      permits.release(weight);
      return false;
    }
  }

  /** Runs a task that nobody waits for, after those that run ahead. */
  void runLater(Runnable task) {
    traced.ifPresent(each -> each.prefetcher().runLater(task));
  }

  /** Ends the threads, after what they are loading, and keeps what was recorded. */
  @Override
  public void close() {
    traced.ifPresent(each -> each.prefetcher().close());
    readAhead.close();
    traced.ifPresent(each -> {
      each.traces().close();
      PrefetchStatistics read = prefetched();
      log.info("read ahead for boots bytes={} used_bytes={}", read.bytes(), read.usedBytes());
    });
  }
}
