package dozo.server.health;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.protocol.message.LeaseMessage.EndLease;
import dozo.protocol.message.LeaseMessage.TakeLease;
import dozo.repository.storage.RoomLevel;
import dozo.server.ServerFixture;
import dozo.server.auth.Principal;
import dozo.server.lease.LeaseStore;
import dozo.server.lease.LeaseWarnings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each kind of warning that time brings, seen from later than it is. */
final class WarningsIT {

  private static final VmRef VM = new VmRef("default", ServerFixture.VM_ID, "web", "hv1");
  private static final long GIB = 1L << 30;

  @TempDir Path directory;
  private ServerFixture fixture;
  private LeaseStore leases;
  private Optional<Instant> verified = Optional.empty();

  @BeforeEach
  void start() throws IOException {
    fixture = ServerFixture.start(directory);
    leases = LeaseStore.open(fixture.repository().state(), Clock.systemUTC());
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
  }

  private List<Warning> after(Duration time) throws IOException {
    return new Warnings(
            fixture.repository(),
            new Suspicions(fixture.repository()),
            () -> verified,
            List.of(new LeaseWarnings(leases)))
        .collect(Instant.now().plus(time));
  }

  private List<Warning.Kind> kindsAfter(Duration time) throws IOException {
    return after(time).stream().map(Warning::kind).toList();
  }

  @Test
  void warnsOfAVmThatHasHadNoBackupForLongerThanIsUsual() throws Exception {
    fixture.push(1024);
    fixture.push(2048);
    assertThat(kindsAfter(Duration.ofDays(7))).as("nothing is usual yet").isEmpty();
    RestorePointId newest = fixture.push(3072);

    assertThat(kindsAfter(Duration.ofHours(5))).isEmpty();
    Warning warning = after(Duration.ofHours(7)).getFirst();
    assertThat(warning.kind()).isEqualTo(Warning.Kind.OVERDUE);
    assertThat(warning.restorePoint()).contains(newest);
    assertThat(warning.vm().orElseThrow().isSameVm(VM)).isTrue();
  }

  @Test
  void warnsWhereNothingWasVerifiedForLong() throws Exception {
    fixture.push(1024);
    assertThat(kindsAfter(Duration.ofDays(34))).isEmpty();
    assertThat(kindsAfter(Duration.ofDays(36))).containsExactly(Warning.Kind.UNVERIFIED);

    verified = Optional.of(Instant.now().plus(Duration.ofDays(10)));

    assertThat(kindsAfter(Duration.ofDays(36))).isEmpty();
    assertThat(kindsAfter(Duration.ofDays(46))).containsExactly(Warning.Kind.UNVERIFIED);
  }

  @Test
  void warnsOfCheckpointsThatAreNotKnownToHaveBeenRemovedOnceForEachVm() throws Exception {
    UUID first = new UUID(0x5L << 12, Long.MIN_VALUE | 7);
    UUID second = new UUID(0x5L << 12, Long.MIN_VALUE | 8);
    leases.take(Principal.LOCAL, new TakeLease(first, VM, "hyperv", "checkpoint A"));
    leases.take(Principal.LOCAL, new TakeLease(second, VM, "hyperv", "checkpoint B"));

    assertThat(kindsAfter(Duration.ofHours(23))).isEmpty();
    List<Warning> warnings = after(Duration.ofHours(25));
    assertThat(warnings).extracting(Warning::kind).containsExactly(Warning.Kind.CHECKPOINT);
    assertThat(warnings.getFirst().text())
        .contains("2 checkpoints", "hyperv checkpoint A on hv1", "checkpoint B", "dozo leases");
    assertThat(warnings.getFirst().vm()).contains(VM);

    leases.end(Principal.LOCAL, new EndLease(first));
    leases.end(Principal.LOCAL, new EndLease(second));
    assertThat(kindsAfter(Duration.ofHours(25))).isEmpty();
  }

  @Test
  void warnsOfAClockThatWasSetBack() throws Exception {
    fixture.push(1024);

    assertThat(kindsAfter(Duration.ofDays(-1))).containsExactly(Warning.Kind.CLOCK);
  }

  @Test
  void warnsOfRoomThatIsShortAtThePresentGrowth() throws Exception {
    byte[] disk = new byte[1 << 20];
    new Random(7).nextBytes(disk);
    fixture.push(disk);
    Growth growth = Growth.of(fixture.repository().restorePoints(), Instant.now());
    long daily = growth.dailyBytes().orElseThrow();

    assertThat(Warnings.room(new RoomLevel(4 * GIB, GIB + 40 * daily, GIB), growth)).isEmpty();
    assertThat(Warnings.room(new RoomLevel(4 * GIB, GIB + 12 * daily, GIB), growth))
        .hasValueSatisfying(warning -> {
          assertThat(warning.kind()).isEqualTo(Warning.Kind.ROOM);
          assertThat(warning.text()).contains("for 12 days");
        });
    assertThat(Warnings.room(new RoomLevel(4 * GIB, GIB - 1, GIB), growth))
        .map(Warning::kind)
        .contains(Warning.Kind.FULL);
  }
}
