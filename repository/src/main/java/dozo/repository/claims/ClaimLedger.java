package dozo.repository.claims;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.roaringbitmap.RoaringBitmap;

/**
 * Which packs the open sessions rely on, and which packs are condemned. Packs are named by their
 * numbers.
 *
 * <p>One lock decides every case in which a session meets a sweep: claims are made under its read
 * side; a sweep's snapshot and its condemnations, and the end of a session, happen under its write
 * side. A pack that is condemned cannot be claimed any more, and stays condemned as long as the
 * repository is open.
 *
 * <p>Safe for use by several threads. Whoever holds the write side takes no other lock but those of
 * the claims, and of the pack table.
 */
public final class ClaimLedger {

  private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
  private final Set<SessionClaims> sessions = new HashSet<>();
  private final RoaringBitmap condemned = new RoaringBitmap();

  /** What sessions claimed that ended since the running sweep began; null if none is running. */
  private @Nullable RoaringBitmap ended;

  /** Makes a ledger without claims. */
  public ClaimLedger() {}

  /** Begins the claims of a session, which ends them. */
  public SessionClaims open() {
    SessionClaims claims = new SessionClaims(this);
    lock.writeLock().lock();
    try {
      sessions.add(claims);
    } finally {
      lock.writeLock().unlock();
    }
    return claims;
  }

  /** Does something while no pack is being condemned and no sweep begins. */
  public <T> T shielded(Supplier<T> action) {
    lock.readLock().lock();
    try {
      return action.get();
    } finally {
      lock.readLock().unlock();
    }
  }

  /** Claims a pack, unless it is condemned. */
  boolean claim(SessionClaims claims, int pack) {
    lock.readLock().lock();
    try {
      if (condemned.contains(pack)) {
        return false;
      }
      claims.add(pack);
      return true;
    } finally {
      lock.readLock().unlock();
    }
  }

  void end(SessionClaims claims) {
    lock.writeLock().lock();
    try {
      if (sessions.remove(claims) && ended != null) {
        claims.addTo(ended);
      }
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * Begins a sweep.
   *
   * @param snapshot runs while no session makes or ends a claim
   * @throws IllegalStateException if one is running
   */
  public <T> Sweep<T> beginSweep(Supplier<T> snapshot) {
    lock.writeLock().lock();
    try {
      if (ended != null) {
        throw new IllegalStateException("A sweep is running");
      }
      T seen = snapshot.get();
      ended = new RoaringBitmap();
      return new Sweep<>(seen);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /**
   * A running sweep, which is told what sessions claimed that ended since it began.
   *
   * @param <T> what its snapshot is
   */
  public final class Sweep<T> implements AutoCloseable {

    private final T snapshot;

    private Sweep(T snapshot) {
      this.snapshot = snapshot;
    }

    /** What was seen when the sweep began. */
    public T snapshot() {
      return snapshot;
    }

    /**
     * Condemns packs, but none that a session claims which is open or ended since the sweep began.
     *
     * @param candidates packs that were there when the sweep began
     * @param number tells a pack's number
     * @return those that are condemned now
     */
    public <P> List<P> condemn(Collection<P> candidates, ToIntFunction<P> number) {
      lock.writeLock().lock();
      try {
        if (ended == null) {
          throw new IllegalStateException("The sweep has ended");
        }
        RoaringBitmap claimed = ended.clone();
        sessions.forEach(session -> session.addTo(claimed));
        List<P> taken = new ArrayList<>();
        for (P candidate : candidates) {
          int pack = number.applyAsInt(candidate);
          if (!claimed.contains(pack)) {
            condemned.add(pack);
            taken.add(candidate);
          }
        }
        return taken;
      } finally {
        lock.writeLock().unlock();
      }
    }

    /** Ends the sweep. What it condemned stays so. */
    @Override
    public void close() {
      lock.writeLock().lock();
      try {
        ended = null;
      } finally {
        lock.writeLock().unlock();
      }
    }
  }
}
