package dozo.cli;

import dozo.server.mounts.MountRefusedException;
import dozo.server.mounts.MountRefusedException.Reason;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The mount points at which a server is at work: one thing is done to each at a time.
 *
 * <p>Safe for use by several threads.
 */
final class PlacesAtWork {

  /** How long a server that ends waits for what is beginning. It comes up without it, too. */
  private static final long PATIENCE_SECONDS = 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Set<Path> places = new HashSet<>();
  private boolean draining;

  /** The right to work at a place, until it is closed. */
  final class Claim implements AutoCloseable {
    private final Path place;
    private final boolean held;

    private Claim(Path place, boolean held) {
      this.place = place;
      this.held = held;
    }

    @Override
    public void close() {
      lock.lock();
      try {
        if (held) {
          places.remove(place);
          changed.signalAll();
        }
      } finally {
        lock.unlock();
      }
    }
  }

  /**
   * Claims a place to mount on it.
   *
   * @throws MountRefusedException if somebody is at work there, or the server is about to end
   */
  Claim begin(Path place) throws MountRefusedException {
    lock.lock();
    try {
      if (draining) {
        throw new MountRefusedException(
            Reason.BUSY, "The server is shutting down; try again when it is back");
      }
      if (!places.add(place)) {
        throw new MountRefusedException(
            Reason.CONFLICT, place + " is just being mounted on or unmounted");
      }
      return new Claim(place, true);
    } finally {
      lock.unlock();
    }
  }

  /** Claims a place to unmount it, together with whoever is at work there. */
  Claim join(Path place) {
    lock.lock();
    try {
      return new Claim(place, places.add(place));
    } finally {
      lock.unlock();
    }
  }

  boolean isAtWork(Path place) {
    lock.lock();
    try {
      return places.contains(place);
    } finally {
      lock.unlock();
    }
  }

  int count() {
    lock.lock();
    try {
      return places.size();
    } finally {
      lock.unlock();
    }
  }

  /** Lets nothing begin any more, and waits a while for what is under way. */
  void drain() {
    lock.lock();
    try {
      draining = true;
      long left = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (!places.isEmpty() && left > 0) {
        left = changed.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}
