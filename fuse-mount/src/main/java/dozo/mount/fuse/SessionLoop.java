package dozo.mount.fuse;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes requests from the kernel and runs them, on a fixed number of threads. libfuse's own loop
 * starts threads as it needs them, and under jnr that is one for nearly every request.
 *
 * <p>The threads are daemons: they end when the file system is unmounted, and must not keep a
 * process alive that has nothing else to do.
 */
final class SessionLoop {
  private static final Logger log = LoggerFactory.getLogger(SessionLoop.class);

  private final LibFuse2 library;
  private final Pointer session;
  private final Pointer channel;
  private final RequestGate gate;
  private final AtomicInteger alive;
  private final AtomicBoolean ending = new AtomicBoolean();
  private final Runnable whenEnding;
  private final Runnable whenEnded;
  private final List<Thread> threads = new ArrayList<>();

  /**
   * Prepares a loop.
   *
   * @param whenEnding run once, by the first thread that finds that no more requests will come
   * @param whenEnded run once, by the last thread, after the last request
   */
  SessionLoop(
      LibFuse2 library, Pointer fuse, int threadCount, Runnable whenEnding, Runnable whenEnded) {
    this.library = library;
    this.session = library.fuse_get_session(fuse);
    this.channel = library.fuse_session_next_chan(session, null);
    this.gate = new RequestGate(threadCount);
    this.alive = new AtomicInteger(threadCount);
    this.whenEnding = whenEnding;
    this.whenEnded = whenEnded;
    for (int i = 0; i < threadCount; i++) {
      threads.add(Thread.ofPlatform().daemon().name("dozo-fuse-" + i).unstarted(this::run));
    }
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** Waits for the threads; returns whether all have ended. */
  boolean awaitEnd(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (Thread thread : threads) {
      if (!thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())))) {
        return false;
      }
    }
    return true;
  }

  private void run() {
    try {
      serve();
    } catch (Throwable e) {
      log.error("a thread of the session loop failed; the mount ends", e);
    } finally {
      // Only the last thread may let the session be freed: the others still look at it.
      library.fuse_session_exit(session);
      if (ending.compareAndSet(false, true)) {
        tellEnding();
      }
      if (alive.decrementAndGet() == 0) {
        whenEnded.run();
      }
    }
  }

  private void tellEnding() {
    try {
      whenEnding.run();
    } catch (Throwable e) {
      log.error("cannot tell that the mount ends", e);
    }
  }

  private void serve() {
    Runtime runtime = Runtime.getSystemRuntime();
    int size = Math.toIntExact(library.fuse_chan_bufsize(channel));
    Pointer buffer = Memory.allocateDirect(runtime, size);
    Pointer cell = Memory.allocateDirect(runtime, runtime.addressSize());
    while (library.fuse_session_exited(session) == 0) {
      cell.putPointer(0, channel);
      int length = library.fuse_chan_recv(cell, buffer, size);
      if (length == Errno.INTERRUPTED || length == Errno.TRY_AGAIN) {
        continue;
      }
      if (length <= 0) {
        return;
      }
      RequestGate.Wait wait = RequestGate.waitOf(buffer);
      if (wait == RequestGate.Wait.NOTHING) {
        process(buffer, length);
      } else if (gate.enterOrPark(buffer, length, wait)) {
        process(buffer, length);
        for (var next = gate.next(wait); next != null; next = gate.next(next.kind())) {
          process(next.memory(), next.length());
        }
      }
    }
  }

  private void process(Pointer request, int length) {
    library.fuse_session_process(session, request, length, channel);
  }
}
