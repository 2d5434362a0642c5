package dozo.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.VmRef;
import dozo.server.channel.Event;
import dozo.server.channel.EventKind;
import dozo.server.health.Warning;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class ToldWarningsTest {

  private static final Duration REPEAT = Duration.ofDays(1);
  private static final Warning FULL = warning(Warning.Kind.FULL, "no room", Optional.empty());

  private ToldWarnings told = new ToldWarnings(UUID::randomUUID);
  private Instant now = Instant.parse("2027-01-31T02:30:00Z");

  private static Warning warning(Warning.Kind kind, String text, Optional<VmRef> vm) {
    return new Warning(kind, text, Optional.empty(), vm, Optional.empty());
  }

  private static Warning overdue(int vm) {
    return warning(
        Warning.Kind.OVERDUE,
        "old",
        Optional.of(new VmRef("default", new UUID(1, vm), "vm" + vm, "hv1")));
  }

  private static List<Warning> overdue(int from, int to) {
    List<Warning> warnings = new ArrayList<>();
    for (int vm = from; vm < to; vm++) {
      warnings.add(overdue(vm));
    }
    return warnings;
  }

  private List<Event> look(Warning... warnings) {
    return look(List.of(warnings));
  }

  private List<Event> look(List<Warning> warnings) {
    return told.look(warnings, now, REPEAT);
  }

  private void pass(Duration time) {
    now = now.plus(time);
  }

  @Test
  void tellsOfAWarningOnceAndOfItsEnd() {
    assertThat(look(FULL, overdue(1)))
        .extracting(Event::title)
        .containsExactlyInAnyOrder("no room for backups", "vm1: no fresh backup");
    pass(Duration.ofMinutes(1));
    assertThat(look(FULL, overdue(1))).isEmpty();
    pass(ToldWarnings.SETTLED);

    List<Event> news = look(FULL);

    assertThat(news).extracting(Event::kind).containsExactly(EventKind.ENDED);
    assertThat(news.getFirst().title()).isEqualTo("Over: vm1: no fresh backup");
    assertThat(news.getFirst().details()).containsEntry("vmName", "vm1");
  }

  @Test
  void remindsOfAWarningThatStays() {
    assertThat(look(FULL)).hasSize(1);
    for (int day = 0; day < 3; day++) {
      for (int hour = 0; hour < 23; hour++) {
        pass(Duration.ofHours(1));
        assertThat(look(FULL)).isEmpty();
      }
      pass(Duration.ofHours(1));
      assertThat(look(FULL)).extracting(Event::kind).containsExactly(EventKind.REMINDER);
    }
    assertThat(told.look(List.of(FULL), now.plus(Duration.ofDays(50)), Duration.ZERO)).isEmpty();
  }

  @Test
  void takesAWarningThatComesAndGoesForOneThatStays() {
    assertThat(look(FULL)).hasSize(1);
    for (int i = 0; i < 50; i++) {
      pass(Duration.ofMinutes(10));
      assertThat(i % 2 == 0 ? look() : look(FULL)).isEmpty();
    }
  }

  @Test
  void takesAWarningWhoseTextChangesForTheSame() {
    assertThat(look(warning(Warning.Kind.ROOM, "for 20 days", Optional.empty()))).hasSize(1);
    pass(Duration.ofHours(1));

    assertThat(look(warning(Warning.Kind.ROOM, "for 19 days", Optional.empty()))).isEmpty();
  }

  @Test
  void tellsOfVeryManyAsOfOne() {
    assertThat(look(overdue(0, 3))).hasSize(3);
    pass(Duration.ofMinutes(1));

    List<Event> news = look(overdue(0, 5_000));

    assertThat(news).hasSize(1);
    assertThat(news.getFirst().title()).isEqualTo("no fresh backup, 5000 times");
    assertThat(told.size()).isEqualTo(4);
    pass(ToldWarnings.SETTLED);
    assertThat(look(overdue(0, 4)))
        .extracting(Event::title)
        .containsExactly("vm3: no fresh backup", "Over: no fresh backup, 5000 times");
  }

  @Test
  void neitherRepeatsNorForgetsOverARestart() {
    look(FULL, overdue(1));
    ToldWarnings after = new ToldWarnings(UUID::randomUUID);
    pass(Duration.ofHours(2));
    after.load(told.toJson(), now);
    told = after;

    assertThat(look(FULL)).isEmpty();
    pass(ToldWarnings.SETTLED);
    assertThat(look(FULL)).extracting(Event::title).containsExactly("Over: vm1: no fresh backup");
    pass(Duration.ofHours(22));
    assertThat(look(FULL)).extracting(Event::kind).containsExactly(EventKind.REMINDER);
  }
}
