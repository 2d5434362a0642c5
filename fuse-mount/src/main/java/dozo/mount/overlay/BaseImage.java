package dozo.mount.overlay;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The image beneath an overlay. It never changes. May be read from any number of threads. */
public interface BaseImage {

  /** Its length in bytes. */
  long sizeBytes();

  /**
   * Fills the target.
   *
   * @param offset where to start; offset and what remains in target together lie within the size
   */
  void read(long offset, ByteBuffer target) throws IOException;

  /**
   * Says where data begin, so that nothing need be written down to make zeros of zeros.
   *
   * @param offset 0 or more
   * @param end behind the offset
   * @return the first offset that may hold anything but zeros, or {@code end} if there is none
   */
  long nextData(long offset, long end) throws IOException;

  /**
   * Says how far the data that begin at an offset are known to go.
   *
   * @param offset where {@link #nextData} says that there are data
   * @return more than {@code offset}, at most {@code end}
   */
  long dataEnd(long offset, long end) throws IOException;
}
