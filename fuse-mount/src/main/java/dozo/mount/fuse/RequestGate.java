package dozo.mount.fuse;

import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.jspecify.annotations.Nullable;

/**
 * Keeps threads of the session loop free of requests that may wait for a back end. Those for data
 * may take all threads but two, and with those for names, whose sizes may have to be found out, all
 * but one. So names are found while every read hangs, and the root answers whatever hangs. A
 * request for which there is no thread is parked as a copy, and a thread that finishes such a
 * request goes on with a parked one before it listens to the kernel again.
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

  /** What a request may wait for. */
  enum Wait {
    /** Nothing: it is answered at once. */
    NOTHING,
    /** What is known of a file. */
    NAME,
    /** What is in a file. */
    DATA
  }

  /** A request of its own memory. */
  record Parked(Pointer memory, int length, Wait kind) {}

  private final ReentrantLock lock = new ReentrantLock();
  private final ArrayDeque<Parked> parkedNames = new ArrayDeque<>();
  private final ArrayDeque<Parked> parkedData = new ArrayDeque<>();
  private final int limit;
  private final int dataLimit;
  private int running;
  private int runningData;

  /**
   * Makes a gate for a loop.
   *
   * @param threads how many threads the loop has, 2 or more; with 2, reads that hang hold up names
   */
  RequestGate(int threads) {
    this.limit = threads - 1;
    this.dataLimit = Math.max(1, threads - 2);
  }

  /** What a request may wait for. What is known of the root is here. */
  static Wait waitOf(Pointer request) {
    return switch (request.getInt(OPERATION)) {
      case SETATTR, OPEN, READ, WRITE, RELEASE, FSYNC -> Wait.DATA;
      case LOOKUP -> Wait.NAME;
      case GETATTR -> request.getLong(NODE) == ROOT ? Wait.NOTHING : Wait.NAME;
      default -> Wait.NOTHING;
    };
  }

  /**
   * Lets a request through, or parks a copy of it.
   *
   * @return whether the caller is to run it, and to call {@link #next} after it
   */
  boolean enterOrPark(Pointer request, int length, Wait wait) {
    lock.lock();
    try {
      if (mayRun(wait) || parkedNames.size() + parkedData.size() == MAX_PARKED) {
        begin(wait);
        return true;
      }
      Pointer memory = Memory.allocateDirect(Runtime.getSystemRuntime(), length);
      request.transferTo(0, memory, 0, length);
      (wait == Wait.DATA ? parkedData : parkedNames).add(new Parked(memory, length, wait));
      return false;
    } finally {
      lock.unlock();
    }
  }

  private boolean mayRun(Wait wait) {
    return running < limit && (wait != Wait.DATA || runningData < dataLimit);
  }

  private void begin(Wait wait) {
    running++;
    runningData += wait == Wait.DATA ? 1 : 0;
  }

  /**
   * Says that a request is done.
   *
   * @return the next one to run, or null if there is none
   */
  @Nullable Parked next(Wait done) {
    lock.lock();
    try {
      running--;
      runningData -= done == Wait.DATA ? 1 : 0;
      Parked request = mayRun(Wait.NAME) ? parkedNames.poll() : null;
      if (request == null && mayRun(Wait.DATA)) {
        request = parkedData.poll();
      }
      if (request != null) {
        begin(request.kind());
      }
      return request;
    } finally {
      lock.unlock();
    }
  }
}
