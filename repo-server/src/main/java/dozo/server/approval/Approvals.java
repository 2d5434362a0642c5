package dozo.server.approval;

import dozo.format.NotFoundException;
import dozo.format.manifest.StateEntry;
import dozo.repository.state.StateStore;
import dozo.server.approval.ApprovalException.Reason;
import dozo.server.approval.ApprovalRequest.Ending;
import dozo.server.approval.ApprovalRequest.Person;
import dozo.server.approval.ApprovalRequest.State;
import dozo.server.approval.ApprovalRequest.Vote;
import dozo.server.audit.Actor;
import dozo.server.audit.AuditEvent;
import dozo.server.audit.AuditTrail;
import dozo.server.audit.Outcome;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.health.Warning;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits to be done: kept in the repository's state, so that it outlives the server, and in
 * memory.
 *
 * <p>Safe for use by several threads. Time is counted by {@link #look}, which {@link ApprovalWatch}
 * calls every so often.
 */
public final class Approvals {

  private static final Logger log = LoggerFactory.getLogger(Approvals.class);
  private static final int MOST_OPEN = 1_000;
  private static final int KEPT_ENDED = 200;
  private static final int MOST_TEXT = 1_000;

  /** How much of the time waited a crash may lose. */
  private static final Duration NOTED_EVERY = Duration.ofMinutes(10);

  private static final Comparator<ApprovalRequest> NEWEST_FIRST =
      Comparator.comparing(ApprovalRequest::asked).thenComparing(ApprovalRequest::id).reversed();

  private final Protection protection;
  private final StateStore state;
  private final Admins admins;
  private final Deeds deeds;
  private final AuditTrail audit;
  private final InstantSource clock;
  private final LongSupplier nanoTime;
  private final Map<UUID, ApprovalRequest> requests = new HashMap<>();
  private final Map<State, Long> endings = new HashMap<>();
  private long looked;
  private Duration sinceNoted = Duration.ZERO;

  private Approvals(
      Protection protection,
      StateStore state,
      Admins admins,
      Deeds deeds,
      AuditTrail audit,
      InstantSource clock,
      LongSupplier nanoTime) {
    this.protection = protection;
    this.state = state;
    this.admins = admins;
    this.deeds = deeds;
    this.audit = audit;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.looked = nanoTime.getAsLong();
  }

  /**
   * Reads what waits. A request that cannot be read is logged and never done.
   *
   * @param clock says when something happened, for people only
   * @param nanoTime a clock that nobody sets
   * @throws IOException if the requests cannot be listed
   */
  public static Approvals open(
      Protection protection,
      StateStore state,
      Admins admins,
      Deeds deeds,
      AuditTrail audit,
      InstantSource clock,
      LongSupplier nanoTime)
      throws IOException {
    Approvals approvals = new Approvals(protection, state, admins, deeds, audit, clock, nanoTime);
    for (StateEntry entry : state.list(ApprovalJson.KIND)) {
      try {
        approvals.requests.put(entry.id(), ApprovalJson.read(entry));
      } catch (IllegalArgumentException e) {
        log.error("A request for approval cannot be read request={}", entry.id(), e);
      }
    }
    return approvals;
  }

  /** Whether what is destructive waits. */
  public boolean protects() {
    return protection.isOn();
  }

  /** What does what need not wait. */
  public Deeds deeds() {
    return deeds;
  }

  /** What somebody is to be noted to go back to whom that one makes. */
  public UUID originOf(Principal maker) throws IOException {
    return admins.originOf(maker.id());
  }

  /** All that are known, what has not ended first, then the newest first. */
  public synchronized List<ApprovalRequest> list() {
    return requests.values().stream()
        .sorted(
            Comparator.comparing((ApprovalRequest each) -> !each.isOpen())
                .thenComparing(NEWEST_FIRST))
        .toList();
  }

  /** Those that wait, the one that is due next first. */
  public synchronized List<ApprovalRequest> waiting() {
    return requests.values().stream()
        .filter(ApprovalRequest::isOpen)
        .sorted(Comparator.comparing(ApprovalRequest::left).thenComparing(NEWEST_FIRST))
        .toList();
  }

  /** What an operator should look at while any waits. */
  public synchronized Optional<Warning> warning() {
    List<ApprovalRequest> waiting = waiting();
    if (waiting.isEmpty()) {
      return Optional.empty();
    }
    ApprovalRequest next = waiting.getFirst();
    String text =
        "%d destructive requests wait, one of %s: to %s. %s See 'dozo approvals list'."
            .formatted(
                waiting.size(),
                next.by().name(),
                next.text(),
                next.terms().delay().isPresent()
                    ? "It is done in %d h unless somebody rejects it."
                        .formatted(next.left().toHours())
                    : "It is done if another admin approves.");
    return Optional.of(
        new Warning(
            Warning.Kind.APPROVAL,
            text,
            Optional.of(next.asked()),
            Optional.empty(),
            Optional.empty()));
  }

  /** How many have come to that end since the start. */
  public synchronized long ended(State how) {
    return endings.getOrDefault(how, 0L);
  }

  /** The request of that id. */
  public synchronized Optional<ApprovalRequest> find(UUID id) {
    return Optional.ofNullable(requests.get(id));
  }

  /**
   * Has something wait, which is on stable storage when this returns. What the same one has asked
   * for already is not asked for twice.
   *
   * @param text what it is, for people
   * @throws ApprovalException if too much waits, or nobody could ever approve
   */
  public synchronized ApprovalRequest ask(Deed deed, String text, Principal by)
      throws ApprovalException, IOException {
    countTime();
    Optional<ApprovalRequest> same =
        waiting().stream()
            .filter(each -> each.deed().equals(deed) && each.by().id().equals(by.id()))
            .findFirst();
    if (same.isPresent()) {
      return same.get();
    }
    if (waiting().size() >= MOST_OPEN) {
      throw new ApprovalException(
          Reason.CONFLICT,
          "%d requests wait for approval already; reject some".formatted(MOST_OPEN));
    }
    List<Person> others = protection.approval() ? admins.othersThan(by.id()) : List.of();
    if (others.isEmpty() && protection.delay().isEmpty()) {
      throw new ApprovalException(
          Reason.CONFLICT,
          "This takes the approval of another admin, and there is none whom neither you nor who"
              + " made you has made; add one on the server's host: dozo user add --role admin");
    }
    ApprovalRequest request =
        new ApprovalRequest(
            UUID.randomUUID(),
            deed,
            text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT - 1) + "…",
            Person.of(by),
            clock.instant(),
            protection,
            others,
            Duration.ZERO,
            Optional.empty(),
            Optional.empty());
    keep(request);
    log.warn(
        "Waits for approval request={} by={} what=\"{}\"", request.id(), by.name(), request.text());
    return request;
  }

  /**
   * Has a request done, at once if that can be.
   *
   * @param digest of what was looked at
   * @return the request as it is then
   */
  public synchronized ApprovalRequest approve(UUID id, String digest, Principal by)
      throws ApprovalException, IOException {
    ApprovalRequest request = requireOpen(id);
    if (!request.digest().equals(digest)) {
      throw new ApprovalException(
          Reason.CONFLICT, "The digest is not that of request " + id + "; look at it again");
    }
    if (request.mayApprove().stream().noneMatch(each -> each.id().equals(by.id()))) {
      throw new ApprovalException(
          Reason.FORBIDDEN,
          request.terms().approval()
              ? "Only another admin may approve this, for all VMs, who was there when it was asked"
                  + " for, and whom neither "
                  + request.by().name()
                  + " nor who made them has made"
              : "This waits for its delay only; nobody can approve it");
    }
    if (request.approved().isEmpty()) {
      request = request.approved(new Vote(Person.of(by), clock.instant()));
      keep(request);
    }
    carryOut(request);
    return requireKnown(id);
  }

  /** Has a request never done. */
  public synchronized ApprovalRequest reject(UUID id, String note, Principal by)
      throws ApprovalException, IOException {
    ApprovalRequest request = requireOpen(id);
    boolean isOwn = request.by().id().equals(by.id());
    if (!isOwn && !by.scope().equals(Scope.EVERYTHING)) {
      throw new ApprovalException(
          Reason.FORBIDDEN, "This takes a token that is for all VMs, or who asked");
    }
    end(request, State.REJECTED, Optional.of(Person.of(by)), note);
    return requireKnown(id);
  }

  private ApprovalRequest requireKnown(UUID id) throws ApprovalException {
    @Nullable ApprovalRequest request = requests.get(id);
    if (request == null) {
      throw new ApprovalException(Reason.NOT_FOUND, "There is no request " + id);
    }
    return request;
  }

  private ApprovalRequest requireOpen(UUID id) throws ApprovalException {
    ApprovalRequest request = requireKnown(id);
    if (!request.isOpen()) {
      throw new ApprovalException(
          Reason.CONFLICT, "Request " + id + " has ended: " + request.state().word());
    }
    return request;
  }

  /** Counts the time since the last look, and does what is due. */
  public synchronized void look() {
    countTime();
    boolean notes = sinceNoted.compareTo(NOTED_EVERY) >= 0;
    for (ApprovalRequest request : waiting()) {
      try {
        if (request.isOverdue()) {
          end(request, State.LAPSED, Optional.empty(), "Nobody approved");
        } else if (request.isDue()) {
          carryOut(request);
        } else if (notes) {
          keep(request);
        }
      } catch (IOException | RuntimeException e) {
        log.error("A request for approval cannot be gone on with request={}", request.id(), e);
      }
    }
    if (notes) {
      sinceNoted = Duration.ZERO;
    }
  }

  private void countTime() {
    long now = nanoTime.getAsLong();
    Duration passed = Duration.ofNanos(now - looked);
    looked = now;
    sinceNoted = sinceNoted.plus(passed);
    waiting().forEach(request -> requests.put(request.id(), request.waitingFor(passed)));
  }

  /** Notes how long each has waited. */
  public synchronized void note() throws IOException {
    countTime();
    for (ApprovalRequest each : waiting()) {
      keep(each);
    }
  }

  private void carryOut(ApprovalRequest request) throws IOException {
    if (!admins.isAdmin(request.by().id())) {
      end(request, State.LAPSED, Optional.empty(), "Who asked is no admin any more");
      return;
    }
    if (!deeds.canPerform(request.deed())) {
      return;
    }
    long begun = audit.record(event(request, Outcome.BEGUN));
    try {
      boolean done = deeds.perform(request.deed(), request.by().name());
      audit.record(event(request, done ? Outcome.DONE : Outcome.FAILED).with("of", begun));
      if (done) {
        end(request, State.DONE, Optional.empty(), "");
      }
    } catch (NotFoundException | IllegalStateException | IllegalArgumentException e) {
      fail(request, begun, e);
    } catch (IOException | RuntimeException e) {
      log.error("What was approved could not be done request={}", request.id(), e);
      fail(request, begun, e);
    }
  }

  private void fail(ApprovalRequest request, long begun, Exception cause) throws IOException {
    String why = String.valueOf(cause.getMessage());
    audit.record(event(request, Outcome.FAILED).with("of", begun).with("problem", why));
    end(request, State.FAILED, Optional.empty(), why);
  }

  private AuditEvent event(ApprovalRequest request, Outcome outcome) {
    AuditEvent event =
        audit
            .event(Actor.SERVER, request.deed().action(), outcome)
            .with("approval", request.id())
            .with("digest", request.digest())
            .with("askedBy", request.by().name() + " " + request.by().id());
    return request
        .approved()
        .map(vote -> event.with("approvedBy", vote.by().name() + " " + vote.by().id()))
        .orElse(event);
  }

  private void end(ApprovalRequest request, State how, Optional<Person> by, String note)
      throws IOException {
    Instant now = clock.instant();
    ApprovalRequest ended = request.ended(new Ending(how, now, by, note));
    // First of all it is not gone on with, also if that cannot be written.
    requests.put(ended.id(), ended);
    endings.merge(how, 1L, Long::sum);
    keep(ended);
    log.info(
        "Request for approval ended request={} state={} note=\"{}\"",
        request.id(),
        how.word(),
        note);
    forgetOldest();
  }

  private void forgetOldest() throws IOException {
    List<ApprovalRequest> ended = list().stream().filter(each -> !each.isOpen()).toList();
    for (ApprovalRequest old : ended.subList(Math.min(KEPT_ENDED, ended.size()), ended.size())) {
      state.delete(ApprovalJson.KIND, old.id());
      requests.remove(old.id());
    }
  }

  private void keep(ApprovalRequest request) throws IOException {
    state.put(ApprovalJson.write(request));
    requests.put(request.id(), request);
  }
}
