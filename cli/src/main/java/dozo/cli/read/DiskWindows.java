package dozo.cli.read;

import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Predicate;

/**
 * A disk cut into windows: stretches whose chunks are fetched together. Some windows are under way
 * at a time; that they are done is told in the order of the disk.
 *
 * <p>Used by one thread and once; {@link #cancel} may be called by any.
 */
public final class DiskWindows {

  private static final int WINDOW_BYTES = 8 << 20;
  private static final int WINDOW_CHUNKS = 1_024;
  private static final int WINDOWS_AHEAD = 3;

  private final ExtentWalk walk;
  private final Predicate<Extent> wanted;
  private volatile boolean cancelled;

  /** Does the work on a window's extents, on any thread. */
  @FunctionalInterface
  public interface Work {
    /** Does what is to be done with the extents, of which there is at least one. */
    void on(List<Extent> extents) throws IOException;
  }

  /** Is told of windows that are done, by the thread that runs them. */
  @FunctionalInterface
  public interface Done {
    /**
     * Called after each window.
     *
     * @param position everything before it is done
     * @param bytes how many bytes of disk the window had to be worked on
     */
    void upTo(long position, long bytes) throws IOException;
  }

  /**
   * Prepares to walk a disk.
   *
   * @param from the first byte, the beginning of an extent
   * @param wanted the chunks to work on; holes are never
   */
  public DiskWindows(ChunkSource source, long from, Predicate<Extent> wanted) {
    this(ExtentWalk.from(source, from), extent -> !extent.isHole() && wanted.test(extent));
  }

  /**
   * Prepares to go over extents.
   *
   * @param walk gives them, and is not used by others any more
   * @param wanted the extents to work on, holes among them
   */
  public DiskWindows(ExtentWalk walk, Predicate<Extent> wanted) {
    this.walk = walk;
    this.wanted = wanted;
  }

  /** Makes {@link #run} end soon. */
  public void cancel() {
    cancelled = true;
  }

  /** A window whose work is under way. */
  private record Window(long end, long bytes, Future<?> work) {}

  /**
   * Works on all windows.
   *
   * @throws IOException the first failure; no window is begun after it
   * @throws CancellationException if it was cancelled; windows that had begun are done
   */
  public void run(Work work, Done done) throws IOException {
    Queue<Window> windows = new ArrayDeque<>();
    try (ExecutorService workers = Executors.newFixedThreadPool(WINDOWS_AHEAD)) {
      try {
        while (true) {
          while (windows.size() < WINDOWS_AHEAD && walk.hasNext() && !cancelled) {
            windows.add(begin(work, workers));
          }
          Window first = windows.poll();
          if (first == null) {
            break;
          }
          await(first.work());
          done.upTo(first.end(), first.bytes());
        }
      } catch (IOException e) {
        // Whoever cancelled may have taken away what the disk was being read from.
        if (!cancelled) {
          throw e;
        }
      } finally {
        windows.forEach(window -> window.work().cancel(false));
      }
    }
    if (cancelled) {
      throw new CancellationException("Cancelled");
    }
  }

  private Window begin(Work work, ExecutorService workers) throws IOException {
    List<Extent> chunks = new ArrayList<>();
    long bytes = 0;
    long end = walk.position();
    while (walk.hasNext() && bytes < WINDOW_BYTES && chunks.size() < WINDOW_CHUNKS) {
      Extent extent = walk.next();
      end = extent.end();
      if (wanted.test(extent)) {
        chunks.add(extent);
        bytes += extent.lengthBytes();
      }
    }
    Future<?> future =
        workers.submit(() -> {
          if (!chunks.isEmpty()) {
            work.on(chunks);
          }
          return true;
        });
    return new Window(end, bytes, future);
  }

  private static void await(Future<?> work) throws IOException {
    try {
      work.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted").initCause(e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException runtime -> throw runtime;
        case Error error -> throw error;
        case null, default -> throw new IOException(e.getCause());
      }
    }
  }
}
