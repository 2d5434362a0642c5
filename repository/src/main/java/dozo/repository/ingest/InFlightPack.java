package dozo.repository.ingest;

import dozo.repository.claims.ClaimLedger;
import dozo.repository.pack.PackEntry;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;

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

  /** The pack's number once it is published, 0 before. */
  private int number;

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

  /**
   * Enters the pack, which is published, into the table, and claims it for all who wait for it: no
   * sweep may see it before they have.
   */
  synchronized PackEntry enter(ClaimLedger ledger, Supplier<PackEntry> table) {
    return ledger.shielded(() -> {
      PackEntry entry = table.get();
      number = entry.number();
      dependents.forEach(session -> session.claims().claimNew(number));
      return entry;
    });
  }

  /** Makes a session wait for the pack; false if the pack has failed or is condemned already. */
  synchronized boolean attach(OpenSession session) {
    if (number != 0 && !session.claims().claim(number)) {
      return false;
    }
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
