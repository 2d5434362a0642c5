package dozo.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.server.channel.Event;
import dozo.server.channel.EventKind;
import java.time.Duration;
import java.time.Instant;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ToldFailuresTest {

  private ToldFailures told = new ToldFailures(UUID::randomUUID);
  private Instant now = Instant.parse("2027-01-31T02:30:00Z");

  private Event failure(String title) {
    return new Event(
        UUID.randomUUID(), now, EventKind.BACKUP_FAILED, title, "lost", new TreeMap<>());
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void tellsOfTheFirstAtOnceAndThenHowManyThereWere() {
    assertThat(told.failed("a", failure("a"))).isPresent();
    assertThat(told.failed("b", failure("b"))).isPresent();
    for (int i = 0; i < 30; i++) {
      pass(Duration.ofMinutes(1));
      assertThat(told.failed("a", failure("a"))).isEmpty();
      assertThat(told.look(now)).isEmpty();
    }
    pass(ToldFailures.PAUSE);

    assertThat(told.look(now))
        .singleElement()
        .satisfies(event -> assertThat(event.text()).startsWith("30 times since").endsWith("lost"));
    pass(ToldFailures.PAUSE);
    assertThat(told.look(now)).isEmpty();
    assertThat(told.failed("a", failure("a"))).isPresent();
  }

  @Test
  void tellsEachMorningOfWhatFailsEachNight() {
    for (int night = 0; night < 5; night++) {
      assertThat(told.look(now)).isEmpty();
      assertThat(told.failed("a", failure("a"))).isPresent();
      pass(Duration.ofHours(23));
    }
  }

  @Test
  void remembersSoManyAndTellsOfTheRestEachTime() {
    for (int i = 0; i < ToldFailures.MAXIMUM; i++) {
      told.failed("vm" + i, failure("x"));
    }

    assertThat(told.failed("one more", failure("x"))).isPresent();
    assertThat(told.failed("one more", failure("x"))).isPresent();
    assertThat(told.failed("vm7", failure("x"))).isEmpty();
  }

  @Test
  void countsOnOverARestart() {
    told.failed("a", failure("a"));
    told.failed("a", failure("a"));
    ToldFailures after = new ToldFailures(UUID::randomUUID);
    after.load(told.toJson());
    told = after;

    assertThat(told.failed("a", failure("a"))).isEmpty();
    pass(ToldFailures.PAUSE);
    assertThat(told.look(now))
        .singleElement()
        .satisfies(event -> assertThat(event.text()).startsWith("2 times since"));
  }
}
