package dozo.server.admin;

import dozo.server.session.ReceivingSession;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How fast sessions take bytes in, by looking at them every so often: a mean in which what is older
 * than some seconds counts for little. For one thread.
 */
final class SessionRates {

  private static final double SECONDS = 1e9;

  /** What was seen this many seconds ago counts a third of what is seen now. */
  private static final double MEMORY_SECONDS = 5;

  private final LongSupplier nanoTime;
  private Map<UUID, Seen> sessions = new HashMap<>();

  private record Seen(long nanos, long bytes, double rate) {}

  SessionRates(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** Looks at the sessions that are open; those that are not are forgotten. */
  void look(Collection<ReceivingSession> open) {
    Map<UUID, Seen> now = new HashMap<>();
    for (ReceivingSession session : open) {
      now.put(session.id(), next(sessions.get(session.id()), session.progress().acceptedBytes()));
    }
    sessions = now;
  }

  private Seen next(@Nullable Seen before, long bytes) {
    long nanos = nanoTime.getAsLong();
    if (before == null) {
      return new Seen(nanos, bytes, 0);
    }
    double seconds = Math.max(1, nanos - before.nanos()) / SECONDS;
    double recent = (bytes - before.bytes()) / seconds;
    double weight = 1 - Math.exp(-seconds / MEMORY_SECONDS);
    // The first look has nothing to compare with; the second counts in full.
    double rate = before.rate() == 0 ? recent : before.rate() + weight * (recent - before.rate());
    return new Seen(nanos, bytes, rate);
  }

  /** What was taken in of a session, zeros included; 0 at the first look. */
  long bytesPerSecond(UUID session) {
    @Nullable Seen seen = sessions.get(session);
    return seen == null ? 0 : Math.round(seen.rate());
  }
}
