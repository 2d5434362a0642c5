package dozo.server.audit;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Counts events that a client can repeat at will: the first is let through, those that follow are
 * told once a minute.
 *
 * <p>Safe for use by several threads.
 */
final class RepeatedEvents {

  private static final Duration PERIOD = Duration.ofMinutes(1);
  private static final int MAXIMUM_KEYS = 1_024;

  /** The key of those that there is no room to tell apart. */
  private static final String OTHERS = "others of ";

  private final Map<String, Seen> seen = new HashMap<>();

  private static final class Seen {
    private final Instant since;
    private AuditEvent last;
    private long more;

    Seen(AuditEvent first) {
      this.since = first.time();
      this.last = first;
    }
  }

  /**
   * Counts one.
   *
   * @param key what makes it the same as others
   * @return the event if it is to be written at once
   */
  synchronized Optional<AuditEvent> count(String key, AuditEvent event) {
    String kept =
        seen.containsKey(key) || seen.size() < MAXIMUM_KEYS ? key : OTHERS + event.action();
    Seen known = seen.get(kept);
    if (known == null) {
      seen.put(kept, new Seen(event));
      return Optional.of(event);
    }
    known.last = event;
    known.more++;
    return Optional.empty();
  }

  /** What has been repeated for long enough to be told, and is then forgotten. */
  synchronized List<AuditEvent> due(Instant now) {
    return take(now.minus(PERIOD));
  }

  /** All that has been repeated. */
  synchronized List<AuditEvent> all() {
    return take(Instant.MAX.minus(PERIOD.multipliedBy(4)));
  }

  private List<AuditEvent> take(Instant until) {
    List<AuditEvent> told = new ArrayList<>();
    for (Iterator<Seen> all = seen.values().iterator(); all.hasNext(); ) {
      Seen each = all.next();
      // A clock that was set back must not keep one for ever: what lies ahead is due as well.
      if (!each.since.isAfter(until) || each.since.isAfter(until.plus(PERIOD.multipliedBy(2)))) {
        all.remove();
        if (each.more > 0) {
          told.add(each.last.with("repeated", each.more).with("since", each.since));
        }
      }
    }
    return told;
  }
}
