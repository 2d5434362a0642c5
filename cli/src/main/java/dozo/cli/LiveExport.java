package dozo.cli;

import dozo.mount.overlay.DiskCopy;
import dozo.mount.overlay.DiskOverlay;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A copy of a disk that follows what a guest writes until it is told to switch over.
 *
 * <p>Works on a thread of its own; may be asked by any.
 */
final class LiveExport {
  private static final Logger LOG = LoggerFactory.getLogger(LiveExport.class);

  /** How long a pass waits for something to be written. */
  private static final int PAUSE_MILLIS = 500;

  /** How much may be left to copy when a copy counts as one that keeps up. */
  private static final long CLOSE_BYTES = 64 << 20;

  /** How far a copy is. */
  enum Phase {
    /** The first pass. */
    COPYING,
    /** Copying what is written meanwhile. */
    FOLLOWING,
    /** Whole and in its place. */
    DONE,
    /** Given up. */
    FAILED
  }

  private final CountDownLatch told = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private final DiskCopy copy;
  private final Path target;
  private final long sizeBytes;
  private volatile long position;
  private volatile Phase phase = Phase.COPYING;
  private volatile @Nullable String failure;
  private volatile boolean givenUp;

  private LiveExport(DiskCopy copy, Path target, long sizeBytes) {
    this.copy = copy;
    this.target = target;
    this.sizeBytes = sizeBytes;
  }

  /** Begins to copy. */
  static LiveExport start(DiskOverlay disk, Path target) throws IOException {
    LiveExport export = new LiveExport(new DiskCopy(disk, target), target, disk.sizeBytes());
    Thread.ofPlatform().daemon().name("dozo-export").start(export::run);
    return export;
  }

  private void run() {
    try (copy) {
      copy.copyAll(at -> position = at);
      boolean last = false;
      while (!last && !givenUp) {
        last = told.getCount() == 0;
        if (copy.copyWritten() < CLOSE_BYTES) {
          phase = Phase.FOLLOWING;
          last |= told.await(PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        }
      }
      if (givenUp) {
        throw new CancellationException();
      }
      copy.finish();
      phase = Phase.DONE;
    } catch (CancellationException e) {
      LOG.info("an export was given up target={}", target);
      failure = "The export to " + target + " was given up";
      phase = Phase.FAILED;
    } catch (IOException | RuntimeException e) {
      LOG.error("an export failed target={}", target, e);
      failure = String.valueOf(e.getMessage());
      phase = Phase.FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      phase = Phase.FAILED;
    } finally {
      ended.countDown();
    }
  }

  Phase phase() {
    return phase;
  }

  long copiedBytes() {
    return copy.copiedBytes();
  }

  /** Up to which offset of the disk the first pass has come. */
  long position() {
    return position;
  }

  /** How large the disk was when the copy began. */
  long sizeBytes() {
    return sizeBytes;
  }

  /** Why it failed, if it did. */
  @Nullable String failure() {
    return failure;
  }

  Path target() {
    return target;
  }

  /** Has writes to the disk stopped and the rest copied; returns when that is done. */
  void switchOver() throws InterruptedException {
    told.countDown();
    ended.await();
  }

  /** Makes it end without a copy, unless it is done, as soon as its read has ended. */
  void cancel() {
    givenUp = true;
    copy.cancel();
    told.countDown();
  }

  /** Gives it up unless it is done, and waits for it to let go of the disk. */
  void giveUp() throws InterruptedException {
    cancel();
    ended.await();
  }
}
