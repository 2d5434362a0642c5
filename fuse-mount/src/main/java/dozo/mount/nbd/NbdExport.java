package dozo.mount.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A disk that is served. May be used by any number of threads; all offsets and lengths that it is
 * asked for lie within its size, which never changes while it is served.
 */
public interface NbdExport {

  /** The name that a client asks for it by. */
  String name();

  /** Its size in bytes. */
  long sizeBytes();

  /** Whether it can be written to; if not, the methods that change it are never called. */
  boolean isWritable();

  /** Fills the target. */
  void read(long offset, ByteBuffer target) throws IOException;

  /** Writes all of the source. */
  void write(long offset, ByteBuffer source) throws IOException;

  /**
   * Makes zeros.
   *
   * @param must whether the bytes have to be zero afterwards; else they may stay as they are
   */
  void zero(long offset, long lengthBytes, boolean must) throws IOException;

  /** Puts everything that was written before onto stable storage. */
  void flush() throws IOException;

  /**
   * Says where there may be data.
   *
   * @return the first such offset from {@code offset} on, or {@code end} if there is none before
   */
  long nextData(long offset, long end) throws IOException;

  /**
   * Says how far the data that begin at an offset are known to go.
   *
   * @return more than {@code offset}, at most {@code end}
   */
  long dataEnd(long offset, long end) throws IOException;
}
