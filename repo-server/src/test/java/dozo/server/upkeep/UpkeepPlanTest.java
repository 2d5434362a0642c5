package dozo.server.upkeep;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.server.ServerFixture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class UpkeepPlanTest {

  private static final String PLAN =
      """
      {
        "timezone": "UTC",
        "prune": {
          "at": "02:00",
          "rules": [
            {"namespace": "default", "vms": ["web"], "policy": {"keepLast": 1}},
            {"policy": {"keepDaily": 7, "keepWithin": "2d"}}
          ]
        },
        "sweep": {"at": "03:30", "maxUnused": "10%", "rate": "100M", "keepForgotten": "14d"},
        "verify": {"at": "04:00", "olderThan": "30d", "rate": "50M"}
      }
      """;

  @TempDir Path directory;

  private UpkeepPlan read(String text) throws IOException {
    return UpkeepPlan.read(Files.writeString(directory.resolve("upkeep.json"), text));
  }

  @Test
  void readsWhatAndWhen() throws IOException {
    UpkeepPlan plan = read(PLAN);
    assertThat(plan.zone()).isEqualTo(ZoneId.of("UTC"));
    assertThat(plan.prune().orElseThrow().at()).isEqualTo(LocalTime.of(2, 0));
    assertThat(plan.prune().orElseThrow().task().rules()).hasSize(2);
    assertThat(plan.sweepAt()).contains(LocalTime.of(3, 30));
    assertThat(plan.sweep().keepRestorePoints()).isEqualTo(Duration.ofDays(14));
    assertThat(plan.sweep().bytesPerSecond()).isEqualTo(100L << 20);
    UpkeepPlan.Daily<VerifyTask> verify = plan.verify().orElseThrow();
    assertThat(verify.at()).isEqualTo(LocalTime.of(4, 0));
    assertThat(verify.task()).isEqualTo(new VerifyTask(Duration.ofDays(30), 50L << 20));
    assertThat(read("{}").prune()).isEmpty();
    assertThat(read("{}").verify()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "{} {}",
        "{\"prun\":{}}",
        "{\"timezone\":\"Mars\"}",
        "{\"prune\":{\"at\":\"02:00\"}}",
        "{\"prune\":{\"rules\":[{\"policy\":{\"keepLast\":1}}]}}",
        "{\"prune\":{\"at\":\"25:00\",\"rules\":[{\"policy\":{\"keepLast\":1}}]}}",
        "{\"prune\":{\"at\":\"02:00\",\"rules\":[{\"policy\":{}}]}}",
        "{\"prune\":{\"at\":\"02:00\",\"rules\":[{\"vm\":\"web\",\"policy\":{\"keepLast\":1}}]}}",
        "{\"sweep\":{\"maxUnused\":\"much\"}}",
        "{\"sweep\":{\"dryRun\":true}}",
        "{\"verify\":{\"olderThan\":\"30d\"}}",
        "{\"verify\":{\"at\":\"04:00\"}}",
        "{\"verify\":{\"at\":\"04:00\",\"olderThan\":\"old\"}}",
        "{\"verify\":{\"at\":\"04:00\",\"olderThan\":30}}",
        "{\"verify\":{\"at\":\"04:00\",\"olderThan\":\"30d\",\"rate\":\"unlimited\"}}",
        "{\"verify\":{\"at\":\"04:00\",\"olderThan\":\"30d\",\"vms\":[\"web\"]}}"
      })
  void refusesWhatIsNoPlan(String text) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("upkeep.json");
  }

  @Test
  void doesWhatIsPlannedWhenItsTimeHasCome() throws IOException {
    AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-21T01:59:00Z"));
    InstantSource source = now::get;
    Clock clock = source.withZone(ZoneOffset.UTC);
    try (ServerFixture fixture = ServerFixture.start(directory)) {
      fixture.push(1024);
      fixture.push(1024);
      try (UpkeepJobs jobs =
              new UpkeepJobs(
                  fixture.repository(),
                  read(PLAN).sweep(),
                  JobHistory.open(directory.resolve("history")),
                  clock);
          UpkeepSchedule _ = UpkeepSchedule.start(jobs, read(PLAN), clock)) {
        now.set(Instant.parse("2026-11-21T02:00:00Z"));
        await().until(() -> fixture.repository().restorePoints().size() == 1);
        await().until(() -> jobs.list().stream().noneMatch(UpkeepJob::isRunning));
        assertThat(jobs.list()).hasSize(1);

        now.set(Instant.parse("2026-11-22T03:30:00Z"));
        await().until(() -> jobs.list().size() == 4);
        await().until(() -> jobs.list().stream().noneMatch(UpkeepJob::isRunning));
        assertThat(jobs.list()).allMatch(job -> job.failure().isEmpty());
        assertThat(jobs.list())
            .extracting(job -> job.task().kind())
            .containsExactlyInAnyOrder("prune", "prune", "sweep", "verify");
      }
    }
  }
}
