package dozo.client.source;

import dozo.client.linux.SystemCalls;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where a file has no data, as Linux' {@code lseek} with {@code SEEK_DATA} and {@code SEEK_HOLE}
 * tells it: nothing of a hole has to be read. Java has no way to ask, so the C library is called.
 *
 * <p>May be used by several threads: the file position that {@code lseek} moves is this object's
 * own and nobody reads from it.
 */
final class HoleMap implements AutoCloseable {

  private final int descriptor;
  private boolean closed;

  /** The run that was found last, asked for again for each of its blocks. */
  private long knownFrom;

  private long knownTo;
  private boolean knownIsData;

  private HoleMap(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Opens the map of a file; empty where the system or the file system keeps none. */
  static Optional<HoleMap> open(Path path) {
    if (!SystemCalls.areThere()) {
      return Optional.empty();
    }
    int descriptor = SystemCalls.open(path.toString(), SystemCalls.READ_ONLY);
    if (descriptor < 0) {
      return Optional.empty();
    }
    HoleMap map = new HoleMap(descriptor);
    long found = SystemCalls.seek(descriptor, 0, SystemCalls.DATA);
    if (found < 0 && found != -SystemCalls.NOTHING_THERE) {
      map.close();
      return Optional.empty();
    }
    return Optional.of(map);
  }

  /**
   * Returns the run that covers an offset, from that offset on. The file is taken to stand still:
   * the system is asked once for each run, since some file systems look at every page of it.
   *
   * @param offset below the size
   * @param sizeBytes where the file ends
   */
  synchronized Run runAt(long offset, long sizeBytes) throws IOException {
    if (offset < knownFrom || offset >= knownTo) {
      long data = seek(offset, SystemCalls.DATA, sizeBytes);
      knownIsData = data <= offset;
      knownTo = knownIsData ? seek(offset, SystemCalls.HOLE, sizeBytes) : data;
      knownFrom = offset;
    }
    return knownIsData ? Run.data(offset, knownTo) : Run.zero(offset, knownTo);
  }

  private long seek(long offset, int what, long sizeBytes) throws IOException {
    if (closed) {
      throw new IllegalStateException("The hole map is closed");
    }
    long found = SystemCalls.seek(descriptor, offset, what);
    if (found == -SystemCalls.NOTHING_THERE) {
      return sizeBytes;
    }
    if (found < 0) {
      throw new IOException("lseek failed with error " + -found + " at offset " + offset);
    }
    return Math.min(found, sizeBytes);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      SystemCalls.close(descriptor);
    }
  }
}
