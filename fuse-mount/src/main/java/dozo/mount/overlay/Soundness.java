package dozo.mount.overlay;

import dozo.format.NoSpaceException;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether a disk's files can be relied on, and take what is written. Once a write or sync has
 * failed they cannot, until they are opened again: the kernel forgets after a failed sync what it
 * could not write.
 *
 * <p>Safe for use by many threads.
 */
final class Soundness {
  private static final Logger log = LoggerFactory.getLogger(Soundness.class);

  private final AtomicReference<@Nullable IOException> broken = new AtomicReference<>();

  /** Why there was no room when some was wanted last. */
  private volatile @Nullable NoSpaceException full;

  boolean isBroken() {
    return broken.get() != null;
  }

  /**
   * Checks that nothing failed.
   *
   * @throws IOException with what failed first as its cause
   */
  void require() throws IOException {
    IOException cause = broken.get();
    if (cause != null) {
      throw new IOException(
          "the overlay is out of use since it could not be written: mount it again once the reason"
              + " is gone; what was synced before is kept",
          cause);
    }
  }

  /** Notes that there was no room. */
  void noRoom(NoSpaceException cause) {
    full = cause;
  }

  /** Notes that there was room for more. */
  void tookRoom() {
    if (full != null) { // Nearly always null, and then nothing that threads would contend for.
      full = null;
    }
  }

  OverlayState state() {
    @Nullable IOException failure = broken.get();
    if (failure != null) {
      return new OverlayState(OverlayState.Kind.OUT_OF_USE, words(failure));
    }
    @Nullable NoSpaceException noRoom = full;
    return noRoom == null
        ? OverlayState.SOUND
        : new OverlayState(OverlayState.Kind.FULL, words(noRoom));
  }

  private static String words(IOException cause) {
    @Nullable String message = cause.getMessage();
    return message == null ? cause.toString() : message;
  }

  /** Puts the disk out of use. The first cause is the one that is told. */
  void breakWith(Throwable cause) {
    if (!(cause instanceof IOException failure)) {
      broken.compareAndSet(null, new IOException("the overlay failed", cause));
    } else if (broken.compareAndSet(null, failure)) {
      log.error(
          "an overlay is out of use until it is mounted again, what was synced is kept cause={}",
          failure.getMessage());
    }
  }
}
