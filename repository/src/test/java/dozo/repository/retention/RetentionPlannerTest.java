package dozo.repository.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dozo.repository.retention.RetentionPlan.Decided;
import dozo.repository.retention.RetentionPlan.Refused;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RetentionPlannerTest {

  private static final Instant NOW = Instant.parse("2030-01-01T00:00:00Z");

  @Nested
  class Rules {

    @Test
    void keepTheLatestOfEachOfTheNewestPeriodsThatHaveAny() {
      assertThat(
              kept(
                  "keep-daily=3",
                  "UTC",
                  "2026-03-01T02:00:00Z",
                  "2026-03-02T02:00:00Z",
                  "2026-03-02T23:59:59Z",
                  "2026-03-05T00:00:00Z",
                  "2026-03-09T10:00:00Z",
                  "2026-03-09T12:00:00Z"))
          .containsExactly("2026-03-09T12:00:00Z", "2026-03-05T00:00:00Z", "2026-03-02T23:59:59Z");
    }

    @Test
    void keepTheOldestUntilThereIsAsMuchHistory() {
      assertThat(kept("keep-monthly=3", "UTC", "2026-03-02T00:00:00Z", "2026-03-03T00:00:00Z"))
          .containsExactly("2026-03-03T00:00:00Z", "2026-03-02T00:00:00Z");
      assertThat(
              kept(
                  "keep-monthly=2",
                  "UTC",
                  "2026-03-02T00:00:00Z",
                  "2026-03-03T00:00:00Z",
                  "2026-04-03T00:00:00Z"))
          .as("there are two months")
          .containsExactly("2026-04-03T00:00:00Z", "2026-03-03T00:00:00Z");
    }

    @Test
    void reachBackFromTheNewestWithBothEndsIncluded() {
      assertThat(
              kept(
                  "keep-within=2d",
                  "UTC",
                  "2026-03-01T11:59:59Z",
                  "2026-03-01T12:00:00Z",
                  "2026-03-02T01:00:00Z",
                  "2026-03-03T12:00:00Z"))
          .containsExactly("2026-03-03T12:00:00Z", "2026-03-02T01:00:00Z", "2026-03-01T12:00:00Z");
    }

    @Test
    void keepTheOldestWhileADurationIsNotFilled() {
      String[] times = {"2026-03-01T01:00:00Z", "2026-03-01T02:00:00Z", "2026-03-09T12:00:00Z"};
      assertThat(kept("keep-within-daily=9d", "UTC", times)).hasSize(3);
      assertThat(kept("keep-within-daily=8d10h", "UTC", times))
          .containsExactly("2026-03-09T12:00:00Z", "2026-03-01T02:00:00Z");
    }

    @Test
    void countEachAlone() {
      RetentionPlan plan =
          plan(
              "keep-last=1,keep-daily=1,keep-yearly=all,keep-within-weekly=1m",
              "UTC",
              History.of("2026-03-01T02:00:00Z", "2026-03-02T02:00:00Z"));
      assertThat(plan)
          .asInstanceOf(type(Decided.class))
          .extracting(Decided::decisions)
          .satisfies(decisions -> {
            assertThat(decisions.getFirst())
                .hasToString(
                    "keep "
                        + History.id(1)
                        + " of 2026-03-02T02:00:00Z: keep-last: 1 of 1; keep-daily: 1 of 1;"
                        + " keep-yearly: 1 of all; keep-within-weekly=1m; the last one that"
                        + " verifies");
            assertThat(decisions.getLast().explanation())
                .isEqualTo(
                    "keep-yearly=all: the oldest, until there is as much history;"
                        + " keep-within-weekly=1m");
          });
    }

    @Test
    void decideTheSameInWhateverOrder() {
      List<RetentionCandidate> history =
          History.of("2026-03-01T02:00:00Z", "2026-03-01T02:00:00Z", "2026-03-02T02:00:00Z");
      RetentionPlan expected = plan("keep-daily=2", "UTC", history);
      List<RetentionCandidate> reversed = new ArrayList<>(history);
      Collections.reverse(reversed);
      assertThat(plan("keep-daily=2", "UTC", reversed)).isEqualTo(expected);
      assertThat(((Decided) expected).forgotten()).containsExactly(history.get(0));
    }
  }

  @Nested
  class Calendars {

    @Test
    void followTheZone() {
      String[] times = {"2026-02-28T22:30:00Z", "2026-02-28T23:30:00Z"};
      assertThat(kept("keep-daily=2", "Europe/Berlin", times)).hasSize(2);
      assertThat(kept("keep-daily=1", "Europe/Berlin", times)).hasSize(1);
      assertThat(kept("keep-monthly=1", "Europe/Berlin", times))
          .containsExactly("2026-02-28T23:30:00Z");
      assertThat(periods(Period.MONTH, "Europe/Berlin", times)).isEqualTo(2);
      assertThat(periods(Period.DAY, "UTC", times)).isEqualTo(1);
    }

    @Test
    void countTheHourThatComesTwiceAsTwo() {
      String[] fall = {"2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"};
      assertThat(periods(Period.HOUR, "Europe/Berlin", fall)).isEqualTo(2);
      String[] lordHowe = {"2024-04-06T14:45:00Z", "2024-04-06T15:15:00Z"};
      assertThat(periods(Period.HOUR, "Australia/Lord_Howe", lordHowe)).isEqualTo(2);
    }

    @Test
    void countTheHourBeforeAndAfterTheOneThatIsMissing() {
      String[] spring = {"2024-03-31T00:59:59Z", "2024-03-31T01:00:00Z", "2024-03-31T01:59:59Z"};
      assertThat(periods(Period.HOUR, "Europe/Berlin", spring)).isEqualTo(2);
    }

    @Test
    void haveOneDayOver25HoursAndNoneThatWasSkipped() {
      assertThat(
              periods(Period.DAY, "Europe/Berlin", "2024-10-26T22:00:00Z", "2024-10-27T22:59:59Z"))
          .isEqualTo(1);
      // Samoa went from 29 to 31 December 2011 at 10:00 UTC.
      assertThat(
              periods(Period.DAY, "Pacific/Apia", "2011-12-30T09:59:59Z", "2011-12-30T10:00:00Z"))
          .isEqualTo(2);
    }

    @Test
    void putDaysOfTwoYearsIntoOneIsoWeek() {
      // Monday 30 December 2024 to Sunday 5 January 2025.
      assertThat(periods(Period.WEEK, "UTC", "2024-12-30T00:00:00Z", "2025-01-05T23:59:59Z"))
          .isEqualTo(1);
      assertThat(periods(Period.WEEK, "UTC", "2024-12-29T23:59:59Z", "2024-12-30T00:00:00Z"))
          .isEqualTo(2);
      assertThat(periods(Period.YEAR, "UTC", "2024-12-31T23:59:59Z", "2025-01-01T00:00:00Z"))
          .isEqualTo(2);
      // 2020 had 53 weeks; the last one ends on 3 January 2021.
      assertThat(periods(Period.WEEK, "UTC", "2020-12-28T00:00:00Z", "2021-01-03T23:59:59Z"))
          .isEqualTo(1);
    }

    @Test
    void knowTheLeapDay() {
      String[] times = {"2024-02-28T12:00:00Z", "2024-02-29T12:00:00Z", "2024-03-01T12:00:00Z"};
      assertThat(periods(Period.DAY, "UTC", times)).isEqualTo(3);
      assertThat(periods(Period.MONTH, "UTC", times)).isEqualTo(2);
    }
  }

  @Nested
  class WhatNoPolicyTakes {

    private final Instant day = Instant.parse("2026-03-01T00:00:00Z");
    private final History history = new History();

    @Test
    void isTheLastOneThatVerifies() {
      history.add(day, Verification.SOUND, false);
      history.add(day.plusSeconds(1), Verification.SOUND, false);
      history.add(day.plusSeconds(2), Verification.NEVER, false);
      history.add(day.plusSeconds(3), Verification.DAMAGED, false);
      assertThat(explanations("keep-last=1"))
          .containsExactly(
              "keep-last: 1 of 1; it is damaged",
              "keep-last: 1 of 1, in the place of a damaged one",
              "the last one that verifies",
              "no rule keeps it");
    }

    @Test
    void isTheLastOneNotKnownToBeDamagedIfNoneWasVerified() {
      history.add(day, Verification.NEVER, false);
      history.add(day.plusSeconds(1), Verification.DAMAGED, false);
      assertThat(explanations("keep-last=1"))
          .containsExactly(
              "keep-last: 1 of 1; it is damaged",
              "keep-last: 1 of 1, in the place of a damaged one; the last one not known to be"
                  + " damaged; none has been verified");
    }

    @Test
    void isTheLastOneIfAllAreDamaged() {
      history.add(day, Verification.DAMAGED, false);
      history.add(day.plusSeconds(1), Verification.DAMAGED, false);
      assertThat(explanations("keep-last=1"))
          .containsExactly(
              "keep-last: 1 of 1; the last one; all are damaged",
              "no rule keeps it; it is damaged");
    }

    @Test
    void isPinnedHeldOrInUse() {
      history.add(day, Verification.SOUND, false, pin(0, null, ""));
      history.add(
          day.plusSeconds(1),
          Verification.SOUND,
          false,
          pin(1, NOW.minusSeconds(1), "over"),
          pin(1, NOW.plusSeconds(1), "case 4711"));
      history.add(day.plusSeconds(2), Verification.SOUND, false, pin(2, NOW, "just over"));
      history.add(day.plusSeconds(3), Verification.SOUND, true);
      history.add(day.plusSeconds(4), Verification.SOUND, false);
      assertThat(explanations("keep-last=1"))
          .containsExactly(
              "keep-last: 1 of 1; the last one that verifies",
              "in use by a reader",
              "no rule keeps it",
              "held until 2030-01-01T00:00:01Z: case 4711",
              "pinned");
    }

    private List<String> explanations(String policy) {
      Decided plan = (Decided) plan(policy, "UTC", history.candidates());
      return plan.decisions().stream().map(RetentionDecision::explanation).toList();
    }

    private Pin pin(int index, @Nullable Instant until, String note) {
      return new Pin(new UUID(0, index), History.id(index), until, note, "anna", day);
    }
  }

  @Nested
  class Damage {

    @Test
    void neverStandsForADayWhoseSoundOneIsForgotten() {
      History history = new History();
      Instant day = Instant.parse("2026-03-01T00:00:00Z");
      history.add(day, Verification.SOUND, false);
      history.add(day.plusSeconds(60), Verification.DAMAGED, false);
      history.add(day.plusSeconds(86_400), Verification.SOUND, false);
      assertThat(((Decided) plan("keep-daily=2", "UTC", history.candidates())).forgotten())
          .isEmpty();
    }
  }

  @Nested
  class WrongClocks {

    @Test
    void stopEverythingIfARestorePointIsFromTheFuture() {
      List<RetentionCandidate> history =
          History.of("2026-03-01T02:00:00Z", "2030-01-01T00:00:00.001Z", "2026-03-02T02:00:00Z");
      assertThat(plan("keep-last=1", "UTC", history))
          .asInstanceOf(type(Refused.class))
          .extracting(Refused::why)
          .asString()
          .contains(History.id(1).toString(), "2030-01-01T00:00:00.001Z", NOW.toString())
          .contains("Nothing is forgotten");
      assertThat(plan("keep-last=1", "UTC", History.of("2030-01-01T00:00:00Z")))
          .isInstanceOf(Decided.class);
    }

    @Test
    void takeNothingFromAVmWhoseBackupsStopped() {
      List<RetentionCandidate> history = History.of("2026-03-01T02:00:00Z", "2026-03-02T02:00:00Z");
      RetentionPlanner planner =
          new RetentionPlanner(RetentionPolicy.parse("keep-within=7d"), ZoneId.of("UTC"));
      RetentionPlan inAHundredYears = planner.plan(history, Instant.parse("2126-01-01T00:00:00Z"));
      assertThat(((Decided) inAHundredYears).forgotten()).isEmpty();
    }
  }

  @Test
  void decidesNothingAboutNothing() {
    assertThat(plan("keep-last=1", "UTC", List.of())).isEqualTo(new Decided(List.of()));
  }

  @Test
  void refusesARestorePointThatIsThereTwice() {
    RetentionCandidate one = History.of("2026-03-01T02:00:00Z").getFirst();
    assertThatThrownBy(() -> plan("keep-last=1", "UTC", List.of(one, one)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("there twice");
  }

  private static long periods(Period period, String zone, String... instants) {
    return List.of(instants).stream()
        .map(instant -> period.numberOf(Instant.parse(instant).atZone(ZoneId.of(zone)), 0))
        .distinct()
        .count();
  }

  private static List<String> kept(String policy, String zone, String... instants) {
    return ((Decided) plan(policy, zone, History.of(instants)))
        .decisions().stream()
            .filter(RetentionDecision::isKept)
            .map(decision -> decision.candidate().created().toString())
            .toList();
  }

  private static RetentionPlan plan(
      String policy, String zone, List<RetentionCandidate> candidates) {
    return new RetentionPlanner(RetentionPolicy.parse(policy), ZoneId.of(zone))
        .plan(candidates, NOW);
  }
}
