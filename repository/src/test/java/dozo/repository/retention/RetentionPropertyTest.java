package dozo.repository.retention;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.repository.retention.RetentionPlan.Decided;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Random histories and policies: the planner against the oracle, and the laws of the package. */
class RetentionPropertyTest {

  private static final int HISTORIES = 1_000;
  private static final List<Period> PERIODS = List.of(Period.values());
  private static final List<String> ZONES =
      List.of(
          "UTC",
          "Europe/Berlin",
          "America/New_York",
          "America/Havana",
          "Australia/Lord_Howe",
          "Asia/Kathmandu",
          "Pacific/Apia");

  @Test
  void decidesAsTheOracleAndKeepsTheLaws() {
    for (long seed = 0; seed < HISTORIES; seed++) {
      Random random = new Random(seed);
      ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
      List<RetentionCandidate> history = history(random, zone);
      Instant now =
          history.stream().map(RetentionCandidate::created).max(Instant::compareTo).orElseThrow();
      RetentionPolicy policy = policy(random, null);
      String run = "seed " + seed + ", " + zone + ", " + policy;

      Decided plan = (Decided) new RetentionPlanner(policy, zone).plan(history, now);
      RetentionOracle oracle = new RetentionOracle(policy, zone, now, history);
      assertThat(plan.decisions()).as(run).hasSameSizeAs(history);
      for (RetentionDecision decision : plan.decisions()) {
        assertThat(decision.isKept())
            .as("%s: %s", run, decision)
            .isEqualTo(oracle.keeps(decision.candidate()));
      }

      List<RetentionCandidate> survivors = new ArrayList<>(history);
      survivors.removeAll(plan.forgotten());
      assertThat(survivors).as(run).isNotEmpty();
      Decided again = (Decided) new RetentionPlanner(policy, zone).plan(survivors, now);
      assertThat(again.forgotten()).as("%s, a second time", run).isEmpty();

      Decided more =
          (Decided) new RetentionPlanner(policy(random, policy), zone).plan(history, now);
      assertThat(plan.forgotten()).as("%s, with a rule more", run).containsAll(more.forgotten());
    }
  }

  private static List<RetentionCandidate> history(Random random, ZoneId zone) {
    History history = new History();
    // Around what calendars do: the turns of years, leap days, summer time, Samoa's missing day.
    List<String> starts =
        List.of("2011-12-20", "2020-02-20", "2024-03-25", "2024-10-20", "2024-12-20", "2020-12-15");
    Instant at = Instant.parse(starts.get(random.nextInt(starts.size())) + "T00:00:00Z");
    List<Duration> steps =
        List.of(
            Duration.ofMinutes(20), Duration.ofHours(7), Duration.ofDays(1), Duration.ofDays(20));
    Duration step = steps.get(random.nextInt(steps.size()));
    int size = 1 + random.nextInt(40);
    for (int i = 0; i < size; i++) {
      long room = step.toMillis() * (random.nextInt(8) == 0 ? 10 : 1);
      at = random.nextInt(12) == 0 ? at : at.plusMillis(random.nextLong(room + 1));
      if (random.nextInt(4) == 0) {
        at = at.atZone(zone).toLocalDate().atStartOfDay(zone).toInstant().plus(step);
      }
      Verification verification =
          switch (random.nextInt(6)) {
            case 0, 1 -> Verification.DAMAGED;
            case 2 -> Verification.NEVER;
            default -> Verification.SOUND;
          };
      boolean pinned = random.nextInt(20) == 0;
      Pin pin =
          new Pin(
              new UUID(0, i),
              History.id(i),
              random.nextBoolean() ? null : at.plus(step.multipliedBy(random.nextInt(1, 10))),
              "",
              "anna",
              at);
      history.add(at, verification, random.nextInt(30) == 0, pinned ? new Pin[] {pin} : new Pin[0]);
    }
    return history.candidates();
  }

  /** A policy of random rules, or one with a rule more than another has, if there is one more. */
  private static RetentionPolicy policy(Random random, @Nullable RetentionPolicy other) {
    List<RetentionRule> rules = new ArrayList<>(other == null ? List.of() : other.rules());
    Set<String> names = new HashSet<>();
    rules.forEach(rule -> names.add(rule.name()));
    int more = other == null ? 1 + random.nextInt(4) : 1;
    for (int i = 0; i < more; i++) {
      Period period = PERIODS.get(random.nextInt(PERIODS.size()));
      RetentionRule rule =
          random.nextBoolean()
              ? new RetentionRule.Newest(
                  period,
                  random.nextInt(10) == 0 ? RetentionRule.Newest.ALL : 1 + random.nextInt(12))
              : new RetentionRule.Within(
                  period,
                  new RetentionSpan(
                      random.nextInt(2),
                      random.nextInt(3),
                      random.nextInt(9),
                      1 + random.nextInt(30)));
      if (names.add(rule.name())) {
        rules.add(rule);
      }
    }
    return new RetentionPolicy(rules);
  }
}
