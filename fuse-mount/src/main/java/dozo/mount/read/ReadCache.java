package dozo.mount.read;

import dozo.format.disk.ChunkSource;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;

/**
 * What all disks that a process reads have in common: the decoded chunks, the parts of chunk maps,
 * and the threads that run ahead.
 *
 * <p>Safe for use by many threads. Close the readers first.
 */
public final class ReadCache implements AutoCloseable {
  private static final ThreadFactory THREADS =
      Thread.ofPlatform().daemon().name("dozo-read-ahead-", 0).factory();

  private final ReadCacheOptions options;
  private final ChunkCache chunks;
  private final ExtentCache extents;
  private final ExecutorService readAhead;
  private final Semaphore permits;

  /** Makes an empty cache. */
  public ReadCache(ReadCacheOptions options) {
    this.options = options;
    // What was read ahead waits outside the cache, and the two together keep to the bound.
    long waitingBytes = Math.min(2L * options.readAheadBytes(), options.chunkBytes() / 2);
    this.chunks = new ChunkCache(options.chunkBytes() - waitingBytes, waitingBytes);
    this.extents = new ExtentCache(options.extentBytes());
    this.readAhead = Executors.newFixedThreadPool(options.readAheadThreads(), THREADS);
    this.permits =
        new Semaphore(
            options.readAheadThreads() + options.readAheadBytes() / SequentialReads.PIECE_BYTES);
  }

  /**
   * Opens a reader over a source.
   *
   * @param source closed with the reader
   */
  public CachedDiskReader open(ChunkSource source) {
    return new CachedDiskReader(source, this);
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

  /** Runs a task beside the readers, unless enough are waiting; returns whether it will run. */
  boolean tryRunAhead(Runnable task) {
    if (!permits.tryAcquire()) {
      return false;
    }
    try {
      readAhead.execute(() -> {
        try {
          task.run();
        } finally {
          permits.release();
        }
      });
      return true;
    } catch (RejectedExecutionException e) {
      // The cache is being closed; nobody will want what lies ahead.
      permits.release();
      return false;
    }
  }

  /** Ends the threads, after what they are loading. */
  @Override
  public void close() {
    readAhead.close();
  }
}
