package dozo.server.clock;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Why the clock is not believed.
 *
 * @param latest the latest time that it had shown before, as far as it was believed
 * @param shown what it showed then
 */
public record ClockDoubt(Instant latest, Instant shown) {

  /** What happened, and what to do. */
  public String text() {
    return "The server's clock went from "
        + latest.truncatedTo(ChronoUnit.SECONDS)
        + (shown.isBefore(latest) ? " back to " : " to ")
        + shown.truncatedTo(ChronoUnit.SECONDS)
        + ". Nothing is forgotten, and nothing leaves the trash, until an admin confirms the time."
        + " Set the clock if it is wrong, then: dozo clock confirm";
  }
}
