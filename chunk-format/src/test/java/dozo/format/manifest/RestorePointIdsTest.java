package dozo.format.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.SeededRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class RestorePointIdsTest {

  private static final Instant NOW = Instant.parse("2026-11-21T12:00:00.123Z");

  private static Clock at(Instant instant) {
    return Clock.fixed(instant, ZoneOffset.UTC);
  }

  @Test
  void tellsTheMillisecond() {
    RestorePointId id = new RestorePointIds(at(NOW), new SeededRandom(1)).next();
    assertThat(id.uuid().getMostSignificantBits() >>> 16).isEqualTo(NOW.toEpochMilli());
  }

  @Test
  void ascendsWhileTheClockStandsStill() {
    RestorePointIds ids = new RestorePointIds(at(NOW), new SeededRandom(1));
    RestorePointId previous = ids.next();
    for (int i = 0; i < 10_000; i++) {
      RestorePointId next = ids.next();
      assertThat(next).isGreaterThan(previous);
      assertThat(next.toString()).isGreaterThan(previous.toString());
      previous = next;
    }
  }

  @Test
  void ascendsAfterTheClockWentBack() {
    SeededRandom random = new SeededRandom(1);
    RestorePointId before = new RestorePointIds(at(NOW), random).next();
    RestorePointIds ids = new RestorePointIds(at(NOW.minusSeconds(3600)), random);
    ids.follow(before);
    assertThat(ids.next()).isGreaterThan(before);
  }
}
