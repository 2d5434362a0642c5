package dozo.server.health;

import java.time.Instant;
import java.util.List;

/** Knows of something that an operator may have to look at. */
@FunctionalInterface
public interface WarningSource {

  /** What is amiss now, as far as this knows. */
  List<Warning> warnings(Instant now);
}
