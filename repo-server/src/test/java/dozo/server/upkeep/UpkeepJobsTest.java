package dozo.server.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.repository.sweep.SweepRequest;
import dozo.server.ServerFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UpkeepJobsTest {

  /** Takes hours for any pack. */
  private static final UpkeepTask SLOW = new VerifyTask(Duration.ZERO, 1);

  @TempDir Path directory;

  @Test
  void closingStopsWhatRunsAndLetsNothingBegin() throws IOException {
    try (ServerFixture fixture = ServerFixture.start(directory)) {
      fixture.push(1 << 20);
      UpkeepJobs jobs =
          new UpkeepJobs(
              fixture.repository(),
              SweepRequest.standard(),
              JobHistory.open(directory.resolve("jobs")),
              Clock.systemUTC());
      UpkeepJob slow = jobs.begin(SLOW, "test").orElseThrow();

      jobs.close();

      assertThat(slow.isRunning()).isFalse();
      assertThat(slow.toJson().get("result").get("stopped").asBoolean()).isTrue();
      assertThat(jobs.begin(SLOW, "test")).isEmpty();
      assertThat(jobs.list()).isEqualTo(List.of(slow));
    }
  }
}
