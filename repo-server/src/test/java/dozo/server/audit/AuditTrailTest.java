package dozo.server.audit;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.server.metrics.ServerMetrics;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class AuditTrailTest {

  private static final Clock CLOCK = Clock.fixed(Instant.EPOCH, ZoneOffset.UTC);

  private final SimulatedAuditStorage storage = new SimulatedAuditStorage(new Random(1));
  private final ServerMetrics metrics = new ServerMetrics();
  private final AuditTrail trail =
      AuditTrail.start(new AuditLog(storage, CLOCK, 1 << 20), CLOCK, metrics);

  @AfterEach
  void close() {
    trail.close();
    metrics.close();
  }

  private AuditEvent event(String action) {
    return trail.event(Actor.SERVER, action, Outcome.DONE);
  }

  private List<AuditRecord> written() throws IOException {
    AuditReader reader = new AuditReader(storage);
    assertThat(reader.verify(Optional.empty()).findings()).isEmpty();
    return reader.newest(Long.MAX_VALUE, 10_000, _ -> true).reversed();
  }

  @Test
  void writesInOrderAndSaysWhichEntryItIs() throws IOException {
    trail.note(event("start"));
    long begun = trail.record(event("forget"));
    long done = trail.record(event("prune"));

    assertThat(begun).isEqualTo(2);
    assertThat(done).isEqualTo(3);
    assertThat(written())
        .extracting(AuditRecord::action)
        .containsExactly("start", "forget", "prune");
  }

  @Test
  void writesWhatCameBeforeItWasClosed() throws IOException {
    for (int i = 0; i < 1_000; i++) {
      trail.note(event("commit"));
    }
    trail.close();

    assertThat(written()).hasSize(1_000);
    assertThat(trail.record(event("late"))).isZero();
  }

  @Test
  void countsWhatIsRepeated() throws IOException {
    for (int i = 0; i < 100; i++) {
      trail.noteRepeatable("one", event("authenticate"));
      trail.noteRepeatable("other", event("open-disk"));
    }
    trail.close();

    List<JsonNode> entries = written().stream().map(AuditLine::members).toList();
    assertThat(entries).hasSize(4);
    assertThat(entries)
        .extracting(entry -> entry.path("details").path("repeated").asString(""))
        .containsExactlyInAnyOrder("", "", "99", "99");
  }

  @Test
  void countsTogetherWhatComesUnderTooManyNames() throws IOException {
    for (int i = 0; i < 5_000; i++) {
      trail.noteRepeatable("address " + i, event("authenticate"));
    }
    trail.close();

    assertThat(written()).hasSizeLessThan(1_100);
    long told =
        written().stream()
            .map(AuditLine::members)
            .mapToLong(
                entry -> 1 + Long.parseLong(entry.path("details").path("repeated").asString("0")))
            .sum();
    assertThat(told).isGreaterThanOrEqualTo(5_000);
  }

  @Test
  void goesOnAndSaysHowManyAreMissingWhenTheDiskWasFull() throws IOException {
    trail.record(event("start"));
    storage.fail(true);
    assertThat(trail.record(event("forget"))).isZero();
    assertThat(trail.record(event("forget"))).isZero();
    storage.fail(false);
    long number = trail.record(event("sweep"));

    List<AuditRecord> entries = written();
    assertThat(entries.getLast().sequence()).isEqualTo(number);
    assertThat(entries).extracting(AuditRecord::action).contains("lost", "sweep");
    assertThat(metrics.scrape()).contains("dozo_audit_lost_total 2.0");
  }

  @Test
  void tellsWhatIsRepeatedOnceAMinute() {
    RepeatedEvents repeated = new RepeatedEvents();
    AuditEvent event = event("authenticate");
    assertThat(repeated.count("one", event)).contains(event);
    assertThat(repeated.count("one", event)).isEmpty();
    Instant later = CLOCK.instant().plus(Duration.ofSeconds(59));
    assertThat(repeated.due(later)).isEmpty();
    assertThat(repeated.due(later.plusSeconds(2)))
        .singleElement()
        .satisfies(told -> assertThat(told.details()).containsEntry("repeated", "1"));
    assertThat(repeated.count("one", event)).contains(event);
  }
}
