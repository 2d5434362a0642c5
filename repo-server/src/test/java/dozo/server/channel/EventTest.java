package dozo.server.channel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

final class EventTest {

  static final Instant NOW = Instant.parse("2027-01-31T02:30:00Z");

  static Event event(String title) {
    return new Event(
        new UUID(1, 1),
        NOW,
        EventKind.WARNING,
        title,
        "What to do",
        new TreeMap<>(Map.of("vmName", title)));
  }

  static Message message(String... titles) {
    return new Message(
        new UUID(2, 2),
        NOW,
        "backup1",
        new UUID(3, 3),
        Arrays.stream(titles).map(EventTest::event).toList(),
        0);
  }

  @Test
  void takesOutOfNamesWhatWouldDoHarmWhereItIsShown() {
    Event event = event("web\r\nBcc: all@example.org\u001b[2J\u202e\u2028\ud800 Büro 土蔵");

    assertThat(event.title()).isEqualTo("web??Bcc: all@example.org?[2J??? Büro 土蔵");
    assertThat(event.details()).containsEntry("vmName", event.title());
  }

  @Test
  void cutsWhatIsTooLong() {
    Event event = event("土".repeat(5_000));

    assertThat(event.title().codePointCount(0, event.title().length())).isEqualTo(160);
    assertThat(event.title()).endsWith("…");
  }

  @Test
  void comesBackFromJsonAsItWas() {
    Message message =
        new Message(
            new UUID(2, 2), NOW, "backup1", new UUID(3, 3), List.of(event("a"), event("b")), 7);

    assertThat(MessageJson.readMessage(MessageJson.write(message))).isEqualTo(message);
  }

  @Test
  void saysInOneLineHowManyThereAre() {
    assertThat(message("web: no fresh backup").subject())
        .isEqualTo("[Dozo backup1] web: no fresh backup");
    assertThat(message("web: no fresh backup", "x", "y").subject())
        .isEqualTo("[Dozo backup1] web: no fresh backup, and 2 more");
  }

  @Test
  void saysWhatWasDropped() {
    Message message =
        new Message(new UUID(2, 2), NOW, "backup1", new UUID(3, 3), List.of(event("a")), 12);

    assertThat(message.text()).contains("12 more events were dropped");
    assertThat(message("a").text()).doesNotContain("dropped");
  }

  @Test
  void refusesAMessageOfNothing() {
    assertThatIllegalArgumentException().isThrownBy(() -> message());
  }
}
