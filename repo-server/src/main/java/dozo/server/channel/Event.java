package dozo.server.channel;

import java.time.Instant;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/**
 * Something that somebody is to be told of. What is too long is cut, and what cannot be shown is
 * replaced, so that whatever a VM is called does no harm where this is read.
 *
 * @param id the same however often and by whichever way it is told
 * @param time when it was noticed
 * @param kind what it is
 * @param title what has happened to what, on one line
 * @param text more of that, and what to do
 * @param details the same for programs, by names that {@code docs/notifications.md} lists
 */
public record Event(
    UUID id,
    Instant time,
    EventKind kind,
    String title,
    String text,
    SortedMap<String, String> details) {

  private static final int MAXIMUM_TITLE = 160;
  private static final int MAXIMUM_TEXT = 2_000;
  private static final int MAXIMUM_DETAIL = 256;
  private static final int MAXIMUM_DETAILS = 12;

  /** Makes all of it showable, and keeps a copy. */
  public Event {
    if (details.size() > MAXIMUM_DETAILS) {
      throw new IllegalArgumentException(
          "An event has at most " + MAXIMUM_DETAILS + " details, not " + details.size());
    }
    title = PlainText.of(title, MAXIMUM_TITLE);
    text = PlainText.of(text, MAXIMUM_TEXT);
    SortedMap<String, String> shown = new TreeMap<>();
    details.forEach((name, value) -> shown.put(name, PlainText.of(value, MAXIMUM_DETAIL)));
    details = Collections.unmodifiableSortedMap(shown);
  }

  /** The same as another event, with another title and text. */
  public Event as(EventKind other, UUID itsId, Instant at, String itsTitle, String itsText) {
    return new Event(itsId, at, other, itsTitle, itsText, details);
  }
}
