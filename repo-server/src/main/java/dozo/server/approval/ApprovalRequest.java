package dozo.server.approval;

import dozo.server.auth.Principal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Something destructive that somebody asked for, and what has become of it.
 *
 * @param deed exactly what
 * @param text the same for people
 * @param by who asked
 * @param asked when, by the clock of then; nothing rests on it
 * @param terms what it waits for, as they were when it was asked for
 * @param mayApprove who was there then and is somebody else; empty if nobody can
 * @param waited how long it has waited, in running time of the server
 * @param approved that somebody approved
 * @param ending how it ended, if it has
 */
public record ApprovalRequest(
    UUID id,
    Deed deed,
    String text,
    Person by,
    Instant asked,
    Protection terms,
    List<Person> mayApprove,
    Duration waited,
    Optional<Vote> approved,
    Optional<Ending> ending) {

  /** How long one waits that only an approval has done. */
  public static final Duration PATIENCE = Duration.ofDays(7);

  /** Keeps a copy. */
  public ApprovalRequest {
    mayApprove = List.copyOf(mayApprove);
  }

  /** Somebody, by a token or as a user. */
  public record Person(UUID id, String name) {
    static Person of(Principal principal) {
      return new Person(principal.id(), principal.name());
    }
  }

  /** That somebody said something of it. */
  public record Vote(Person by, Instant at) {}

  /**
   * How it ended.
   *
   * @param by who ended it; empty for the server by itself
   * @param note why
   */
  public record Ending(State state, Instant at, Optional<Person> by, String note) {}

  /** What has become of a request. */
  public enum State {
    /** Its delay is not over, and nobody has approved. */
    WAITING,
    /** It is done as soon as it can be. */
    APPROVED,
    /** It was done. */
    DONE,
    /** It could not be done. */
    FAILED,
    /** Somebody did not want it. */
    REJECTED,
    /** Nobody approved, or the asker is no admin any more. */
    LAPSED;

    /** Its word in JSON. */
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What has become of it. */
  public State state() {
    if (ending.isPresent()) {
      return ending.get().state();
    }
    return isDue() ? State.APPROVED : State.WAITING;
  }

  /** Whether it has not ended. */
  public boolean isOpen() {
    return ending.isEmpty();
  }

  /** Whether it may be done. */
  boolean isDue() {
    return approved.isPresent()
        || terms.delay().filter(delay -> waited.compareTo(delay) >= 0).isPresent();
  }

  /** How long until time alone has it done or lapse; zero if it is due. */
  public Duration left() {
    Duration left = terms.delay().orElse(PATIENCE).minus(waited);
    return left.isNegative() || isDue() ? Duration.ZERO : left;
  }

  /** Whether it has waited in vain. */
  boolean isOverdue() {
    return terms.delay().isEmpty() && !isDue() && waited.compareTo(PATIENCE) >= 0;
  }

  /** Names what was asked for, by whom and when: {@code docs/approval.md} says how it is made. */
  public String digest() {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", id.toString())
            .put("asked", asked.toString())
            .put("by", by.id().toString());
    node.set("what", DeedJson.write(deed));
    try {
      return HexFormat.of()
          .formatHex(
              MessageDigest.getInstance("SHA-256")
                  .digest(node.toString().getBytes(StandardCharsets.UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }

  ApprovalRequest waitingFor(Duration time) {
    return new ApprovalRequest(
        id, deed, text, by, asked, terms, mayApprove, waited.plus(time), approved, ending);
  }

  ApprovalRequest approved(Vote vote) {
    return new ApprovalRequest(
        id, deed, text, by, asked, terms, mayApprove, waited, Optional.of(vote), ending);
  }

  ApprovalRequest ended(Ending how) {
    return new ApprovalRequest(
        id, deed, text, by, asked, terms, mayApprove, waited, approved, Optional.of(how));
  }
}
