package dozo.server.clock;

import dozo.format.manifest.StateEntry;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** What is remembered of the clock, as the content of a state file of kind {@code clock}. */
final class ClockJson {

  static final String KIND = "clock";

  private static final String LATEST = "latest";
  private static final String JUMPED_TO = "jumpedTo";

  private ClockJson() {}

  /**
   * What is remembered.
   *
   * @param latest the latest time that was seen and believed
   * @param doubt why the clock is not believed
   */
  record Seen(Instant latest, Optional<ClockDoubt> doubt) {}

  static StateEntry write(UUID repository, Seen seen) {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put(LATEST, seen.latest().toString());
    seen.doubt().ifPresent(doubt -> node.put(JUMPED_TO, doubt.shown().toString()));
    return new StateEntry(KIND, repository, node);
  }

  /**
   * Reads what is remembered.
   *
   * @throws IllegalArgumentException if a member is missing or wrong
   */
  static Seen read(StateEntry entry) {
    ObjectNode node = entry.content();
    try {
      Instant latest = Instant.parse(node.path(LATEST).asString(""));
      return new Seen(
          latest,
          node.has(JUMPED_TO)
              ? Optional.of(
                  new ClockDoubt(latest, Instant.parse(node.path(JUMPED_TO).asString(""))))
              : Optional.empty());
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("A time that is remembered is none", e);
    }
  }
}
