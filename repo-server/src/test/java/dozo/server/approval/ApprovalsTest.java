package dozo.server.approval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.StateEntry;
import dozo.protocol.Role;
import dozo.server.ServerFixture;
import dozo.server.approval.ApprovalRequest.State;
import dozo.server.audit.AuditLog;
import dozo.server.audit.AuditReader;
import dozo.server.audit.AuditRecord;
import dozo.server.audit.AuditTrail;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import dozo.server.auth.TokenStore;
import dozo.server.clock.ClockGuard;
import dozo.server.login.UserStore;
import dozo.server.metrics.ServerMetrics;
import dozo.server.upkeep.JobHistory;
import dozo.server.upkeep.PlanKeeper;
import dozo.server.upkeep.UpkeepJobs;
import dozo.server.upkeep.UpkeepPlan;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The rules of what waits, with clocks that the test sets. */
final class ApprovalsTest {

  private static final Duration DELAY = Duration.ofDays(3);
  private static final Protection DELAYED = new Protection(Optional.of(DELAY), false);
  private static final Protection APPROVED = new Protection(Optional.empty(), true);
  private static final Protection EITHER = new Protection(Optional.of(DELAY), true);

  @TempDir Path directory;
  private final AtomicReference<Instant> wall =
      new AtomicReference<>(Instant.parse("2026-11-22T12:00:00Z"));
  private final AtomicLong nanos = new AtomicLong();
  private ServerFixture fixture;
  private ServerMetrics metrics;
  private AuditTrail audit;
  private UpkeepJobs jobs;
  private PlanKeeper plan;
  private ClockGuard guard;
  private TokenStore tokens;
  private UserStore users;
  private RestorePointId point;
  private Principal anna;
  private Principal bert;

  @BeforeEach
  void start() throws IOException {
    InstantSource source = wall::get;
    Clock clock = source.withZone(ZoneOffset.UTC);
    fixture = ServerFixture.start(directory);
    point = fixture.push(1024);
    metrics = new ServerMetrics();
    audit = AuditTrail.start(AuditLog.in(directory.resolve("audit"), clock), clock, metrics);
    jobs =
        new UpkeepJobs(
            fixture.repository(),
            UpkeepPlan.NONE.sweep(),
            JobHistory.open(directory.resolve("history")),
            clock);
    guard =
        ClockGuard.open(
            fixture.repository().state(),
            UUID.randomUUID(),
            Optional.empty(),
            wall::get,
            nanos::get,
            Duration.ofDays(4));
    plan = PlanKeeper.start(UpkeepPlan.NONE, fixture.repository(), jobs, clock);
    tokens = TokenStore.open(fixture.repository().state(), clock, new SecureRandom());
    users = new UserStore(fixture.repository().state(), clock, new SecureRandom());
    anna = admin("anna", Optional.empty());
    bert = admin("bert", Optional.empty());
  }

  @AfterEach
  void stop() throws IOException {
    plan.close();
    jobs.close();
    audit.close();
    metrics.close();
    fixture.close();
  }

  private Principal admin(String name, Optional<UUID> origin) throws IOException {
    return tokens
        .create(name, Role.ADMIN, Scope.EVERYTHING, Optional.empty(), origin)
        .token()
        .principal();
  }

  private Approvals open(Protection protection) throws IOException {
    return Approvals.open(
        protection,
        fixture.repository().state(),
        new Admins(tokens, users, wall::get),
        new Deeds(fixture.repository(), jobs, plan, guard, wall::get),
        audit,
        wall::get,
        nanos::get);
  }

  private void run(Duration time) {
    nanos.addAndGet(time.toNanos());
    wall.updateAndGet(before -> before.plus(time));
  }

  private Deed forget() {
    return new Deed.Forget(point);
  }

  private boolean isThere() {
    return fixture.repository().restorePoint(point).isPresent();
  }

  private static State state(Approvals approvals, ApprovalRequest request) {
    return approvals.find(request.id()).orElseThrow().state();
  }

  private static void assertRefused(
      ApprovalException.Reason reason, org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
    assertThatThrownBy(call)
        .isInstanceOfSatisfying(
            ApprovalException.class, e -> assertThat(e.reason()).isEqualTo(reason));
  }

  private static ObjectNode json(String text) {
    return (ObjectNode) new JsonMapper().readTree(text);
  }

  @Nested
  final class WithADelay {

    @Test
    void doesItWhenTheServerHasRunForSoLong() throws Exception {
      Approvals approvals = open(DELAYED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);

      run(DELAY.minusSeconds(1));
      approvals.look();
      assertThat(state(approvals, request)).isEqualTo(State.WAITING);
      assertThat(isThere()).isTrue();

      run(Duration.ofSeconds(1));
      approvals.look();
      assertThat(state(approvals, request)).isEqualTo(State.DONE);
      assertThat(isThere()).isFalse();
      assertThat(approvals.ended(State.DONE)).isEqualTo(1);
    }

    @Test
    void isNotHurriedByAClockThatIsSetForward() throws Exception {
      Approvals approvals = open(DELAYED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);

      wall.updateAndGet(before -> before.plus(Duration.ofDays(400)));
      approvals.look();

      assertThat(state(approvals, request)).isEqualTo(State.WAITING);
      assertThat(approvals.find(request.id()).orElseThrow().left()).isEqualTo(DELAY);
    }

    @Test
    void goesOnCountingAfterARestartAndLosesTenMinutesToACrash() throws Exception {
      Approvals approvals = open(DELAYED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);
      run(Duration.ofHours(1));
      approvals.look();
      run(Duration.ofMinutes(9));
      approvals.look();

      // The server is off, and what another one's clock shows means nothing to this one.
      run(Duration.ofDays(30));
      Approvals again = open(Protection.NONE);
      assertThat(again.find(request.id()).orElseThrow().waited()).isEqualTo(Duration.ofHours(1));
      run(DELAY.minusHours(1));
      again.look();

      assertThat(state(again, request)).isEqualTo(State.DONE);
      assertThat(isThere()).isFalse();
    }

    @Test
    void canBeApprovedByNobody() throws Exception {
      Approvals approvals = open(DELAYED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);

      assertRefused(
          ApprovalException.Reason.FORBIDDEN,
          () -> approvals.approve(request.id(), request.digest(), bert));
      assertThat(isThere()).isTrue();
    }

    @Test
    void isNeverDoneOnceItIsRejected() throws Exception {
      Approvals approvals = open(DELAYED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);
      approvals.reject(request.id(), "nobody wants that", bert);
      run(DELAY);
      approvals.look();
      open(DELAYED).look();

      assertThat(isThere()).isTrue();
      ApprovalRequest ended = open(DELAYED).find(request.id()).orElseThrow();
      assertThat(ended.state()).isEqualTo(State.REJECTED);
      assertThat(ended.ending().orElseThrow().by().orElseThrow().name()).isEqualTo("bert");
      assertThat(ended.ending().orElseThrow().note()).isEqualTo("nobody wants that");
    }

    @Test
    void lapsesWhenTheAskersTokenIsRevoked() throws Exception {
      Approvals approvals = open(DELAYED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);
      tokens.revoke(anna.id());
      run(DELAY);
      approvals.look();

      assertThat(state(approvals, request)).isEqualTo(State.LAPSED);
      assertThat(isThere()).isTrue();
    }

    @Test
    void saysWhatStoodAgainstItAndDoesNotTryAgain() throws Exception {
      Approvals approvals = open(DELAYED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);
      var pin = fixture.repository().pruner().pin(point, null, "case 4711", "bert");
      run(DELAY);
      approvals.look();

      ApprovalRequest failed = approvals.find(request.id()).orElseThrow();
      assertThat(failed.state()).isEqualTo(State.FAILED);
      assertThat(failed.ending().orElseThrow().note()).contains("pin");
      fixture.repository().pruner().unpin(pin.id());
      approvals.look();
      assertThat(isThere()).isTrue();
    }
  }

  @Nested
  final class WithAnApproval {

    @Test
    void isDoneAtOnceWhenAnotherAdminApproves() throws Exception {
      Approvals approvals = open(APPROVED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);
      assertThat(request.mayApprove())
          .extracting(ApprovalRequest.Person::name)
          .containsExactly("bert");

      ApprovalRequest done = approvals.approve(request.id(), request.digest(), bert);

      assertThat(done.state()).isEqualTo(State.DONE);
      assertThat(isThere()).isFalse();
      assertRefused(
          ApprovalException.Reason.CONFLICT,
          () -> approvals.approve(request.id(), request.digest(), bert));
      audit.close();
      List<AuditRecord> told =
          AuditReader.in(directory.resolve("audit")).newest(Long.MAX_VALUE, 10, _ -> true);
      assertThat(told).extracting(AuditRecord::action).containsExactly("forget", "forget");
      assertThat(told.getFirst().json())
          .contains("\"done\"", "anna " + anna.id(), "bert " + bert.id(), request.digest());
    }

    @Test
    void isNotApprovedByWhoAskedNorByWhatGoesBackToThem() throws Exception {
      Principal annasOther = admin("anna's other", Optional.of(anna.id()));
      Principal sibling = admin("anna's third", Optional.of(anna.id()));
      Approvals approvals = open(APPROVED);
      assertThat(approvals.originOf(sibling)).isEqualTo(anna.id());

      for (Principal asker : List.of(anna, annasOther)) {
        ApprovalRequest request = approvals.ask(forget(), "forget it", asker);
        for (Principal same : List.of(anna, annasOther, sibling)) {
          assertRefused(
              ApprovalException.Reason.FORBIDDEN,
              () -> approvals.approve(request.id(), request.digest(), same));
        }
      }
      // Removing the first one does not make two of the others.
      tokens.revoke(anna.id());
      ApprovalRequest later = approvals.ask(forget(), "forget it", sibling);
      assertRefused(
          ApprovalException.Reason.FORBIDDEN,
          () -> approvals.approve(later.id(), later.digest(), annasOther));
      assertThat(isThere()).isTrue();
    }

    @Test
    void isNotApprovedByWhoCameAfterItWasAskedFor() throws Exception {
      Approvals approvals = open(APPROVED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);
      Principal late = admin("late", Optional.empty());

      assertRefused(
          ApprovalException.Reason.FORBIDDEN,
          () -> approvals.approve(request.id(), request.digest(), late));
    }

    @Test
    void isNotApprovedByOperatorsOrForSomeVmsOnly() throws Exception {
      Principal operator =
          tokens
              .create("op", Role.OPERATOR, Scope.EVERYTHING, Optional.empty())
              .token()
              .principal();
      Principal scoped =
          tokens
              .create("scoped", Role.ADMIN, Scope.of("default"), Optional.empty())
              .token()
              .principal();
      Approvals approvals = open(APPROVED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);

      for (Principal other : List.of(operator, scoped)) {
        assertRefused(
            ApprovalException.Reason.FORBIDDEN,
            () -> approvals.approve(request.id(), request.digest(), other));
      }
      assertRefused(
          ApprovalException.Reason.FORBIDDEN, () -> approvals.reject(request.id(), "", scoped));
      assertThat(approvals.reject(request.id(), "", operator).state()).isEqualTo(State.REJECTED);
    }

    @Test
    void takesTheDigestOfWhatWasLookedAt() throws Exception {
      Approvals approvals = open(APPROVED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);
      ApprovalRequest other = approvals.ask(new Deed.Unpin(new UUID(1, 2)), "unpin", anna);

      assertRefused(
          ApprovalException.Reason.CONFLICT,
          () -> approvals.approve(request.id(), other.digest(), bert));
      assertThat(isThere()).isTrue();
    }

    @Test
    void isNotAskedForWhereNobodyCouldApprove() throws Exception {
      tokens.revoke(bert.id());
      admin("anna's other", Optional.of(anna.id()));
      Approvals approvals = open(APPROVED);

      assertRefused(
          ApprovalException.Reason.CONFLICT, () -> approvals.ask(forget(), "forget it", anna));
    }

    @Test
    void lapsesAfterAWeek() throws Exception {
      Approvals approvals = open(APPROVED);
      ApprovalRequest request = approvals.ask(forget(), "forget it", anna);
      run(ApprovalRequest.PATIENCE.minusSeconds(1));
      approvals.look();
      assertThat(state(approvals, request)).isEqualTo(State.WAITING);
      run(Duration.ofSeconds(1));
      approvals.look();

      assertThat(state(approvals, request)).isEqualTo(State.LAPSED);
      assertThat(isThere()).isTrue();
    }

    @Test
    void isTheSameRequestAfterARestart() throws Exception {
      ApprovalRequest request =
          open(APPROVED)
              .ask(
                  new Deed.SetPlan(
                      json("{\"sweep\":{\"keepForgotten\":\"1d\"}}"),
                      plan.compare(json("{}")).digest()),
                  "set a plan",
                  anna);
      Approvals again = open(Protection.NONE);

      assertThat(again.find(request.id())).contains(request);
      assertThat(again.find(request.id()).orElseThrow().digest()).isEqualTo(request.digest());
      again.approve(request.id(), request.digest(), bert);
      assertThat(plan.describe().at("/plan/sweep/keepForgotten").asString()).isEqualTo("1d");
    }

    @Test
    void isNotDoneIfItIsNotWhatItsDigestNames() throws Exception {
      ApprovalRequest request = open(APPROVED).ask(forget(), "forget it", anna);
      StateEntry entry =
          fixture.repository().state().find(ApprovalJson.KIND, request.id()).orElseThrow();
      ObjectNode content = entry.content();
      RestorePointId another = new RestorePointId(new UUID(7L << 12, 1L << 63));
      content.set("what", DeedJson.write(new Deed.Forget(another)));
      fixture.repository().state().put(new StateEntry(ApprovalJson.KIND, request.id(), content));

      assertThat(open(APPROVED).find(request.id())).isEmpty();
    }

    @Test
    void setsNoPlanInPlaceOfAnotherThanTheOneThatItWasComparedWith() throws Exception {
      Approvals approvals = open(APPROVED);
      ObjectNode shorter = json("{\"sweep\":{\"keepForgotten\":\"1d\"}}");
      ApprovalRequest request =
          approvals.ask(
              new Deed.SetPlan(shorter, plan.compare(shorter).digest()), "set a plan", anna);
      plan.set(json("{\"sweep\":{\"keepForgotten\":\"30d\"}}"), "bert");

      ApprovalRequest failed = approvals.approve(request.id(), request.digest(), bert);

      assertThat(failed.state()).isEqualTo(State.FAILED);
      assertThat(plan.describe().at("/plan/sweep/keepForgotten").asString()).isEqualTo("30d");
    }
  }

  @Test
  void waitsWhileTheClockIsNotBelieved() throws Exception {
    Approvals approvals = open(EITHER);
    ApprovalRequest request = approvals.ask(forget(), "forget it", anna);
    wall.updateAndGet(before -> before.minus(Duration.ofDays(1)));
    guard.look();

    assertThat(approvals.approve(request.id(), request.digest(), bert).state())
        .isEqualTo(State.APPROVED);
    approvals.look();
    assertThat(isThere()).isTrue();

    Instant jumpedTo = guard.doubt().orElseThrow().shown();
    ApprovalRequest confirm = approvals.ask(new Deed.ConfirmClock(jumpedTo), "confirm", anna);
    assertThat(approvals.approve(confirm.id(), confirm.digest(), bert).state())
        .isEqualTo(State.DONE);
    approvals.look();
    assertThat(isThere()).isFalse();
  }

  @Test
  void isDoneByWhicheverComesFirst() throws Exception {
    Approvals approvals = open(EITHER);
    ApprovalRequest request = approvals.ask(forget(), "forget it", anna);
    assertThat(approvals.approve(request.id(), request.digest(), bert).state())
        .isEqualTo(State.DONE);

    point = fixture.push(1024);
    ApprovalRequest other = approvals.ask(forget(), "forget it", anna);
    run(DELAY);
    approvals.look();
    assertThat(state(approvals, other)).isEqualTo(State.DONE);
  }

  @Test
  void isAskedForOnceHoweverOftenTheSameOneAsks() throws Exception {
    Approvals approvals = open(EITHER);
    ApprovalRequest request = approvals.ask(forget(), "forget it", anna);

    assertThat(approvals.ask(forget(), "forget it", anna).id()).isEqualTo(request.id());
    assertThat(approvals.ask(forget(), "forget it", bert).id()).isNotEqualTo(request.id());
    assertThat(approvals.warning().orElseThrow().text()).contains("2 destructive", "forget it");
  }

  @Test
  void keepsTheTermsUnderWhichItWasAskedFor() throws Exception {
    ApprovalRequest request = open(APPROVED).ask(forget(), "forget it", anna);
    Approvals weaker = open(new Protection(Optional.of(Duration.ofMinutes(1)), false));
    run(Duration.ofHours(1));
    weaker.look();

    assertThat(state(weaker, request)).isEqualTo(State.WAITING);
  }

  @Test
  void remembersTheLastThatEnded() throws Exception {
    Approvals approvals = open(DELAYED);
    for (int i = 0; i < 205; i++) {
      ApprovalRequest request = approvals.ask(new Deed.Unpin(new UUID(1, i)), "unpin", anna);
      approvals.reject(request.id(), "", anna);
      run(Duration.ofSeconds(1));
    }

    assertThat(approvals.list()).hasSize(200);
    assertThat(fixture.repository().state().ids(ApprovalJson.KIND)).hasSize(200);
    assertThat(approvals.warning()).isEmpty();
  }
}
