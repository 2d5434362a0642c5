package dozo.server.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePointId;
import dozo.repository.retention.RetentionCandidate;
import dozo.repository.retention.RetentionDecision;
import dozo.repository.retention.RetentionPlan;
import dozo.repository.retention.RetentionPlanner;
import dozo.repository.retention.RetentionPolicy;
import dozo.repository.retention.Verification;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class PolicyOrderTest {

  private static final ZoneId ZONE = ZoneId.of("Europe/Berlin");
  private static final List<String> COUNTS =
      List.of("last", "hourly", "daily", "weekly", "monthly", "yearly");
  private static final List<String> SPANS =
      List.of("5h", "2d", "7d", "1m", "3m", "12m", "1y", "1m5d", "30d", "62d", "400d");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keep-daily=7 | keep-daily=7 | true",
        "keep-daily=8 | keep-daily=7 | true",
        "keep-daily=6 | keep-daily=7 | false",
        "keep-daily=all | keep-daily=7 | true",
        "keep-daily=7 | keep-daily=all | false",
        "keep-daily=7,keep-weekly=4 | keep-daily=7 | true",
        "keep-daily=7 | keep-daily=7,keep-weekly=4 | false",
        "keep-daily=100 | keep-weekly=4 | false",
        "keep-daily=all | keep-weekly=4,keep-monthly=9,keep-within-yearly=9y | true",
        "keep-weekly=all | keep-monthly=1 | false",
        "keep-monthly=all | keep-yearly=3 | true",
        "keep-last=all | keep-hourly=3,keep-within=9y | true",
        "keep-hourly=all | keep-last=1 | false",
        "keep-within=7d | keep-within=7d | true",
        "keep-within=8d | keep-within=7d | true",
        "keep-within=7d | keep-within=8d | false",
        "keep-within=12m | keep-within=1y | true",
        "keep-within=1y | keep-within=12m | true",
        "keep-within=1m | keep-within=7d | true",
        "keep-within=30d | keep-within=1m | false",
        "keep-within=32d | keep-within=1m | true",
        "keep-within=1m | keep-within=28d | false",
        "keep-within=7d | keep-within-daily=7d | true",
        "keep-within-daily=7d | keep-within=7d | false",
        "keep-within-weekly=1y | keep-within-monthly=1y | false",
        "keep-within=1y | keep-daily=7 | false",
        "keep-daily=all | keep-within-daily=9y | true",
      })
  void tellsWhetherAPolicyKeepsAsMuch(String policy, String other, boolean keeps) {
    assertThat(
            PolicyOrder.keepsAtLeast(RetentionPolicy.parse(policy), RetentionPolicy.parse(other)))
        .isEqualTo(keeps);
  }

  /** What it says is held to the planner itself, on histories that have nothing regular. */
  @Test
  void neverSaysSoOfAPolicyThatForgetsMore() {
    long seed = Long.getLong("dozo.test.seed", System.nanoTime());
    Random random = new Random(seed);
    int told = 0;
    for (int i = 0; i < 4_000; i++) {
      RetentionPolicy policy = policy(random);
      RetentionPolicy other = policy(random);
      if (PolicyOrder.keepsAtLeast(policy, other)) {
        told++;
        List<RetentionCandidate> history = history(random);
        assertThat(kept(policy, history))
            .as("-Ddozo.test.seed=%d, %d: %s keeps all that %s does", seed, i, policy, other)
            .containsAll(kept(other, history));
      }
    }
    assertThat(told).isGreaterThan(100);
  }

  private static RetentionPolicy policy(Random random) {
    List<String> rules = new ArrayList<>();
    for (String period : COUNTS) {
      if (random.nextInt(4) == 0) {
        rules.add(
            "keep-" + period + "=" + (random.nextInt(4) == 0 ? "all" : 1 + random.nextInt(5)));
      }
      if (random.nextInt(5) == 0) {
        String name = period.equals("last") ? "keep-within" : "keep-within-" + period;
        rules.add(name + "=" + SPANS.get(random.nextInt(SPANS.size())));
      }
    }
    return RetentionPolicy.parse(rules.isEmpty() ? "keep-last=2" : String.join(",", rules));
  }

  private static List<RetentionCandidate> history(Random random) {
    List<RetentionCandidate> history = new ArrayList<>();
    Instant at = Instant.parse("2024-01-01T00:00:00Z");
    int count = 1 + random.nextInt(40);
    for (int i = 0; i < count; i++) {
      at = at.plusSeconds(1 + random.nextInt(random.nextBoolean() ? 7_200 : 60 * 24 * 3_600));
      Verification verification =
          random.nextInt(6) == 0 ? Verification.DAMAGED : Verification.SOUND;
      RestorePointId id = new RestorePointId(new UUID(7L << 12, 1L << 63 | i));
      history.add(new RetentionCandidate(id, at, verification, false, List.of()));
    }
    return history;
  }

  private static Set<RestorePointId> kept(
      RetentionPolicy policy, List<RetentionCandidate> history) {
    Instant now = history.getLast().created();
    if (!(new RetentionPlanner(policy, ZONE).plan(history, now)
        instanceof RetentionPlan.Decided decided)) {
      throw new AssertionError("It was not decided");
    }
    Set<RestorePointId> kept = new HashSet<>();
    decided.decisions().stream()
        .filter(RetentionDecision::isKept)
        .forEach(decision -> kept.add(decision.candidate().id()));
    return kept;
  }
}
