package dozo.repository.index;

import dozo.repository.pack.DirectoryCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that enters published packs into the index. It waits until many chunks have come
 * together, since a batch costs the index far less than its parts would, or until nothing has come
 * for a while.
 *
 * <p>Losing what waits here loses nothing: at the next start the packs are found in the storage and
 * not in the index. Safe for use by several threads.
 */
public final class IndexWriter implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IndexWriter.class);

  /** So many chunks are written at once, at the least; their pinned directories take 6 MiB. */
  private static final int MINIMUM_BATCH_CHUNKS = 1 << 17;

  /** As many as {@link IndexLoader} writes at once; their directories take 50 MiB. */
  private static final int MAXIMUM_BATCH_CHUNKS = 1 << 20;

  /**
   * The larger the index, the more of a batch's chunks come to lie in a page of their own, which
   * has to be written for them; so a batch is a part of the index.
   */
  private static final int BATCHES_OF_AN_INDEX = 32;

  private static final long QUIET_MILLIS = 5_000;

  private final ChunkIndex index;
  private final DirectoryCache directories;
  private final List<ChunkIndex.Contents> waiting = new ArrayList<>();
  private final Thread thread;
  private long waitingChunks;
  private boolean closed;

  /** How many packs have come, and how many of them are in the index. */
  private long added;

  private long written;

  /** Whether somebody waits for what has come. */
  private boolean hurried;

  private @Nullable IOException failure;

  /** Starts the thread. */
  public IndexWriter(ChunkIndex index, DirectoryCache directories) {
    this.index = index;
    this.directories = directories;
    this.thread = Thread.ofPlatform().name("dozo-index-writer").daemon().start(this::work);
  }

  /** Takes a pack that has been published and whose directory is pinned. */
  public synchronized void add(ChunkIndex.Contents contents) {
    waiting.add(contents);
    added++;
    waitingChunks += contents.directory().chunkCount();
    notifyAll();
  }

  /**
   * Waits until every pack that came before is in the index.
   *
   * @throws IOException if it cannot be written
   */
  public synchronized void flush() throws IOException {
    long target = added;
    boolean interrupted = false;
    while (written < target && failure == null) {
      hurried = true;
      notifyAll();
      try {
        wait();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (written < target) {
      throw new IOException(
          "The index cannot be written; it is caught up when the repository is opened again",
          failure);
    }
  }

  /** Why nothing can be entered any more, if that is so. Packs that come stay in memory. */
  public synchronized Optional<IOException> failure() {
    return Optional.ofNullable(failure);
  }

  private void work() {
    try {
      for (List<ChunkIndex.Contents> batch = take(); !batch.isEmpty(); batch = take()) {
        write(batch);
      }
    } catch (IOException | RuntimeException e) {
      log.error("The index cannot be written, and is caught up at the next start", e);
      synchronized (this) {
        failure = e instanceof IOException io ? io : new IOException("The index failed", e);
        notifyAll();
      }
    }
  }

  private void write(List<ChunkIndex.Contents> batch) throws IOException {
    index.add(batch);
    batch.forEach(contents -> directories.unpin(contents.pack()));
    synchronized (this) {
      written += batch.size();
      notifyAll();
    }
    log.debug("Entered packs into the index packs={}", batch.size());
  }

  /**
   * How many chunks are entered together.
   *
   * @param indexChunks how many the index has
   */
  public static int batchChunks(long indexChunks) {
    return Math.clamp(
        indexChunks / BATCHES_OF_AN_INDEX, MINIMUM_BATCH_CHUNKS, MAXIMUM_BATCH_CHUNKS);
  }

  /** Waits for a batch that is worth writing; an empty one means the end. */
  private synchronized List<ChunkIndex.Contents> take() {
    long batchChunks = batchChunks(index.size());
    int seen = -1;
    while (!closed
        && !(hurried && !waiting.isEmpty())
        && waitingChunks < batchChunks
        && (waiting.isEmpty() || seen != waiting.size())) {
      seen = waiting.size();
      try {
        wait(waiting.isEmpty() ? 0 : QUIET_MILLIS);
      } catch (InterruptedException e) {
        log.warn("The index writer was interrupted, which nothing here does");
      }
    }
    List<ChunkIndex.Contents> batch = List.copyOf(waiting);
    waiting.clear();
    waitingChunks = 0;
    hurried = false;
    return batch;
  }

  /** Writes what waits and stops the thread. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      notifyAll();
    }
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
