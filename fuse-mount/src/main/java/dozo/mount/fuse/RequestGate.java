package dozo.mount.fuse;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * Keeps one thread of the session loop free of requests that may wait for a back end. A request
 * that comes when all others are taken is parked as a copy, and a thread that finishes such a
 * request goes on with the oldest parked one before it listens to the kernel again.
 *
 * <p>The kernel bounds what can be parked: each thread of a reading program waits for its own
 * request, and what nobody waits for is limited by {@code max_background}. Beyond {@value
 * #MAX_PARKED} requests the reserve is given up, so that memory stays bounded whatever comes.
 */
final class RequestGate {
  /** How many requests may be parked; nearly all of them are reads, which take 80 bytes. */
  static final int MAX_PARKED = 4096;

  /** Where {@code struct fuse_in_header} has the operation code. */
  private static final int OPERATION = 4;

  /** Where it has the node that is asked about. */
  private static final int NODE = 16;

  private static final long ROOT = 1;

  /** The operations that reach a back end, by their codes in the kernel's fuse.h. */
  private static final int LOOKUP = 1;

  private static final int GETATTR = 3;

  private static final int SETATTR = 4;

  private static final int OPEN = 14;

  private static final int READ = 15;

  private static final int WRITE = 16;
  private static final int RELEASE = 18;
  private static final int FSYNC = 20;

  /** A request of its own memory. */
  record Parked(Pointer memory, int length) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Parked> parked = new ArrayDeque<>();
  private final int limit;
  private int running;

  /**
   * Makes a gate for a loop.
   *
   * @param threads how many threads the loop has, 2 or more
   */
  RequestGate(int threads) {
    this.limit = threads - 1;
  }

  /**
   * Whether a request may wait. The size of a file may have to be found out, by whoever looks it
   * up; what is known of the root never waits, so that nobody is held up who lists the directory
   * above.
   */
  static boolean mayWait(Pointer request) {
    return switch (request.getInt(OPERATION)) {
      case LOOKUP, SETATTR, OPEN, READ, WRITE, RELEASE, FSYNC -> true;
      case GETATTR -> request.getLong(NODE) != ROOT;
      default -> false;
    };
  }

  /**
   * Lets a request through, or parks a copy of it.
   *
   * @return whether the caller is to run it, and to call {@link #next} after it
   */
  boolean enterOrPark(Pointer request, int length) {
    lock.lock();
    try {
      if (running < limit || parked.size() == MAX_PARKED) {
        running++;
        return true;
      }
      Pointer memory = Memory.allocateDirect(Runtime.getSystemRuntime(), length);
      request.transferTo(0, memory, 0, length);
      parked.add(new Parked(memory, length));
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Says that a request is done. Returns the next one to run, or null if there is none. */
  @Nullable Parked next() {
    lock.lock();
    try {
      Parked request = parked.poll();
      if (request == null) {
        running--;
      }
      return request;
    } finally {
      lock.unlock();
    }
  }
}
