package dozo.server.channel;

import java.util.Arrays;
import java.util.Locale;

/** What an event is. */
public enum EventKind {
  /** A warning that was not there before. */
  WARNING,
  /** A warning that is still there, long after it was told of. */
  REMINDER,
  /** A warning that is not there any more. */
  ENDED,
  /** A task of upkeep failed. */
  JOB_FAILED,
  /** A backup ended without a restore point, otherwise than by its client's wish. */
  BACKUP_FAILED,
  /** What came in a day, and how it stands. */
  SUMMARY,
  /** Somebody tries whether the channel works. */
  TEST;

  /** Its word in JSON. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /**
   * The kind of that word.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static EventKind parse(String word) {
    return Arrays.stream(values())
        .filter(kind -> kind.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No kind of event: " + word));
  }
}
