package dozo.server.clock;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.server.ServerFixture;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ClockGuardTest {

  private static final Instant NOON = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration FURTHEST = Duration.ofDays(4);

  @TempDir static Path directory;
  private final AtomicReference<Instant> wall = new AtomicReference<>(NOON);
  private final AtomicLong nanos = new AtomicLong();
  private ServerFixture fixture;
  private UUID repository;

  @BeforeAll
  void start() throws IOException {
    fixture = ServerFixture.start(directory);
  }

  @AfterAll
  void stop() throws IOException {
    fixture.close();
  }

  @BeforeEach
  void anew() {
    repository = UUID.randomUUID();
    wall.set(NOON);
  }

  private ClockGuard open(Optional<Instant> known) throws IOException {
    return ClockGuard.open(
        fixture.repository().state(), repository, known, wall::get, nanos::get, FURTHEST);
  }

  private ClockGuard open() throws IOException {
    return open(Optional.empty());
  }

  private void run(ClockGuard guard, Duration time) {
    nanos.addAndGet(time.toNanos());
    set(time);
    guard.look();
  }

  private void set(Duration jump) {
    wall.updateAndGet(before -> before.plus(jump));
  }

  @Test
  void believesAClockThatRuns() throws IOException {
    ClockGuard guard = open();
    for (int day = 0; day < 100; day++) {
      run(guard, Duration.ofDays(1));
    }
    assertThat(guard.doubt()).isEmpty();
  }

  @Test
  void doubtsAJumpBackAlsoAfterItWasTakenBack() throws IOException {
    ClockGuard guard = open();
    set(Duration.ofMinutes(-6));
    guard.look();

    assertThat(guard.doubt()).contains(new ClockDoubt(NOON, NOON.minus(Duration.ofMinutes(6))));
    set(Duration.ofMinutes(6));
    guard.look();
    assertThat(guard.doubt()).isPresent();
    assertThat(guard.doubt().orElseThrow().text()).contains("back to", "dozo clock confirm");
  }

  @Test
  void doubtsAJumpFarForwardAndManyThatAreFarTogether() throws IOException {
    ClockGuard guard = open();
    set(FURTHEST.minusHours(1));
    guard.look();
    assertThat(guard.doubt()).isEmpty();
    run(guard, Duration.ofDays(10));
    assertThat(guard.doubt()).isEmpty();

    set(Duration.ofHours(2));
    guard.look();
    assertThat(guard.doubt()).isPresent();
  }

  @Test
  void letsSmallCorrectionsBe() throws IOException {
    ClockGuard guard = open();
    set(Duration.ofMinutes(-4));
    guard.look();
    set(Duration.ofMinutes(8));
    guard.look();
    assertThat(guard.doubt()).isEmpty();
  }

  @Test
  void remembersTheLatestTimeOverARestart() throws IOException {
    run(open(), Duration.ofHours(1));
    set(Duration.ofDays(-30));

    ClockGuard again = open();

    assertThat(again.doubt().orElseThrow().latest()).isEqualTo(NOON.plus(Duration.ofHours(1)));
    assertThat(open().doubt()).isEqualTo(again.doubt());
  }

  @Test
  void asksAfterAServerWasOffForLongerThanItMay() throws IOException {
    open();
    set(FURTHEST);
    assertThat(open().doubt()).isEmpty();
    set(FURTHEST.plusSeconds(1));
    assertThat(open().doubt()).isPresent();
  }

  @Test
  void doubtsAClockThatIsBehindTheNewestRestorePointWhereNothingIsRemembered() throws IOException {
    assertThat(open(Optional.of(NOON.plus(Duration.ofDays(1)))).doubt()).isPresent();
    repository = UUID.randomUUID();
    assertThat(open(Optional.of(NOON.minus(Duration.ofDays(1_000)))).doubt()).isEmpty();
  }

  @Test
  void believesItAgainOnceThatJumpIsConfirmed() throws IOException {
    ClockGuard guard = open();
    set(Duration.ofDays(-3));
    guard.look();
    Instant jumpedTo = guard.doubt().orElseThrow().shown();

    assertThat(guard.confirm(jumpedTo.plusSeconds(1))).isFalse();
    assertThat(guard.confirm(jumpedTo)).isTrue();
    assertThat(guard.confirm(jumpedTo)).isFalse();

    run(guard, Duration.ofHours(1));
    assertThat(guard.doubt()).isEmpty();
    assertThat(open().doubt()).isEmpty();
  }

  @Test
  void keepsExpiredWhatHasExpired() throws IOException {
    ClockGuard guard = open();
    run(guard, Duration.ofHours(1));
    Instant latest = wall.get();
    set(Duration.ofDays(-3));
    guard.look();

    assertThat(guard.neverBack(ZoneOffset.UTC).instant()).isEqualTo(latest);
    set(Duration.ofDays(4));
    assertThat(guard.neverBack(ZoneOffset.UTC).instant()).isEqualTo(wall.get());
  }

  @Test
  void knowsWhatItShows() throws IOException {
    ClockGuard guard = open();
    assertThat(guard.shows(NOON.plus(Duration.ofMinutes(4)))).isTrue();
    assertThat(guard.shows(NOON.minus(Duration.ofMinutes(6)))).isFalse();
  }
}
