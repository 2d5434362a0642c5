package dozo.server.audit;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Something that somebody did or tried to do.
 *
 * @param time when
 * @param action what, as {@code docs/audit.md} §3 calls it
 * @param details what it was done to; never a secret
 */
public record AuditEvent(
    Instant time, Actor actor, String action, Outcome outcome, SortedMap<String, String> details) {

  private static final int MAXIMUM_DETAILS = 16;
  private static final int MAXIMUM_CHARACTERS = 512;

  /** Cuts what is too long, and keeps a copy. */
  public AuditEvent {
    if (!action.matches("[a-z][a-z-]{0,63}")) {
      throw new IllegalArgumentException("An action is a word, not \"" + action + "\"");
    }
    if (details.size() > MAXIMUM_DETAILS) {
      throw new IllegalArgumentException(
          "An event has at most " + MAXIMUM_DETAILS + " details, not " + details.size());
    }
    SortedMap<String, String> kept = new TreeMap<>();
    details.forEach((name, value) -> kept.put(name, shortened(value)));
    details = Collections.unmodifiableSortedMap(kept);
  }

  /** An event without details. */
  public static AuditEvent of(Instant time, Actor actor, String action, Outcome outcome) {
    return new AuditEvent(time, actor, action, outcome, new TreeMap<>());
  }

  /** The same with one more detail. */
  public AuditEvent with(String name, Object value) {
    SortedMap<String, String> more = new TreeMap<>(details);
    more.put(name, String.valueOf(value));
    return new AuditEvent(time, actor, action, outcome, more);
  }

  static String shortened(String text) {
    return text.length() <= MAXIMUM_CHARACTERS
        ? text
        : text.substring(0, MAXIMUM_CHARACTERS - 1) + "…";
  }
}
