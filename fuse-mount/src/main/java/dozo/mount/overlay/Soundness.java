package dozo.mount.overlay;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Whether a disk's files can be relied on. Once a write or sync has failed they cannot, until they
 * are opened again: the kernel forgets after a failed sync what it could not write.
 *
 * <p>Safe for use by many threads.
 */
final class Soundness {
  private volatile @Nullable IOException broken;

  boolean isBroken() {
    return broken != null;
  }

  /**
   * Checks that nothing failed.
   *
   * @throws IOException with what failed first as its cause
   */
  void require() throws IOException {
    IOException cause = broken;
    if (cause != null) {
      throw new IOException(
          "the overlay is out of use since it could not be written: mount it again once the reason"
              + " is gone; what was synced before is kept",
          cause);
    }
  }

  /** Puts the disk out of use. The first cause is the one that is told. */
  void breakWith(Throwable cause) {
    if (broken == null) {
      broken = cause instanceof IOException io ? io : new IOException("the overlay failed", cause);
    }
  }
}
