package dozo.server.notify;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.server.channel.Event;
import dozo.server.channel.EventKind;
import dozo.server.channel.Message;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class BacklogTest {

  private static final Instant NOW = Instant.parse("2027-01-31T02:30:00Z");
  private static final Duration GROUP = Duration.ofMinutes(1);

  private Backlog backlog = new Backlog();
  private long ids;

  private static Event event(String title, Instant time) {
    return new Event(UUID.randomUUID(), time, EventKind.WARNING, title, "text", new TreeMap<>());
  }

  private Optional<Message> due(Instant now) {
    return backlog.due(now, GROUP, "backup1", new UUID(3, 3), new UUID(9, ids++));
  }

  @Test
  void groupsWhatComesWithinAMinute() {
    backlog.offer(event("a", NOW));
    backlog.offer(event("b", NOW.plusSeconds(50)));

    assertThat(due(NOW.plusSeconds(59))).isEmpty();
    assertThat(due(NOW.plusSeconds(60)).orElseThrow().events())
        .extracting(Event::title)
        .containsExactly("a", "b");
  }

  @Test
  void sendsTheSameMessageAgainAfterPausesThatGrow() {
    backlog.offer(event("a", NOW));
    Instant at = NOW.plus(GROUP);
    Message first = due(at).orElseThrow();
    for (int minutes : new int[] {1, 2, 4, 8, 16, 32, 60, 60}) {
      backlog.failed(at);
      backlog.offer(event("later", at));
      Instant next = at.plus(Duration.ofMinutes(minutes));
      assertThat(due(next.minusSeconds(1))).isEmpty();
      assertThat(due(next)).contains(first);
      at = next;
    }
    backlog.delivered();

    assertThat(due(at.plus(GROUP)).orElseThrow().events()).hasSize(8);
  }

  @Test
  void sendsAtOnceWhatWaitsWhenTheFarEndIsWellAgain() {
    backlog.offer(event("a", NOW));
    Instant at = NOW.plus(GROUP);
    assertThat(due(at)).isPresent();
    backlog.failed(at);
    assertThat(due(at)).isEmpty();

    backlog.tryAgain();

    assertThat(due(at)).isPresent();
  }

  @Test
  void countsWhatItHasNoRoomForAndSaysSo() {
    for (int i = 0; i < Backlog.MAXIMUM_WAITING; i++) {
      assertThat(backlog.offer(event("a", NOW))).isTrue();
    }
    assertThat(backlog.offer(event("b", NOW))).isFalse();
    backlog.dropped(2);

    Message message = due(NOW.plus(GROUP)).orElseThrow();

    assertThat(message.events()).hasSize(Backlog.MAXIMUM_IN_MESSAGE);
    assertThat(message.dropped()).isEqualTo(3);
    backlog.delivered();
    assertThat(due(NOW.plus(GROUP)).orElseThrow().dropped()).isZero();
  }

  @Test
  void givesUpAfterADayAndSaysThatToo() {
    backlog.offer(event("a", NOW));
    backlog.offer(event("b", NOW));
    Instant at = NOW.plus(GROUP);
    assertThat(due(at)).isPresent();
    assertThat(backlog.failed(at)).isZero();
    assertThat(backlog.failed(at.plus(Backlog.GIVEN_UP))).isEqualTo(2);
    assertThat(backlog.size()).isZero();

    Instant later = at.plus(Backlog.GIVEN_UP);
    backlog.offer(event("c", later));
    assertThat(due(later.plus(GROUP)).orElseThrow().dropped()).isEqualTo(2);
  }

  @Test
  void isNotHeldUpByAClockThatWasSetBack() {
    backlog.offer(event("a", NOW));
    assertThat(due(NOW.minus(Duration.ofHours(12)))).isPresent();
    backlog.failed(NOW);

    assertThat(due(NOW.minus(Duration.ofDays(2)))).isPresent();
  }

  @Test
  void keepsOverARestartWhatWaitsAndTriesItAtOnce() {
    backlog.offer(event("a", NOW));
    Instant at = NOW.plus(GROUP);
    Message held = due(at).orElseThrow();
    backlog.failed(at);
    backlog.offer(event("b", at));
    backlog.dropped(5);

    backlog = Backlog.fromJson(backlog.toJson());

    assertThat(backlog.size()).isEqualTo(2);
    assertThat(due(at)).contains(held);
    backlog.delivered();
    assertThat(due(at.plus(GROUP)).orElseThrow().dropped()).isEqualTo(5);
  }
}
