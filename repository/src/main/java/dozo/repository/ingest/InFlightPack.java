package dozo.repository.ingest;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** A pack that is being written, and who waits for it. Safe for use by several threads. */
final class InFlightPack {

  private enum State {
    OPEN,
    PUBLISHED,
    FAILED
  }

  private final UUID id;
  private final PackWriter writer;
  private final List<InFlightSegment> segments = new ArrayList<>();
  private final Set<OpenSession> dependents = new LinkedHashSet<>();
  private State state = State.OPEN;

  InFlightPack(UUID id, PackWriter writer) {
    this.id = id;
    this.writer = writer;
  }

  UUID id() {
    return id;
  }

  /** The segments in it. For the writer's thread. */
  List<InFlightSegment> segments() {
    return segments;
  }

  /** Asks for the pack to be closed with what has been handed to its writer before. */
  void closeSoon() {
    writer.closeSoon(this);
  }

  /** Makes a session wait for the pack; false if the pack has failed. */
  synchronized boolean attach(OpenSession session) {
    return switch (state) {
      case OPEN -> {
        if (dependents.add(session)) {
          session.dependsOn(this);
        }
        yield true;
      }
      case PUBLISHED -> true;
      case FAILED -> false;
    };
  }

  void published() {
    end(State.PUBLISHED).forEach(session -> session.published(this));
  }

  void fail(Throwable cause) {
    end(State.FAILED).forEach(session -> session.fail(cause));
  }

  private synchronized List<OpenSession> end(State end) {
    state = end;
    List<OpenSession> told = List.copyOf(dependents);
    dependents.clear();
    return told;
  }
}
