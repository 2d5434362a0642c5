package dozo.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dozo.format.ErrorCode;
import dozo.format.RemoteException;
import dozo.format.manifest.VmRef;
import dozo.protocol.LeaseSummary;
import dozo.protocol.Role;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.message.LeaseMessage.TakeLease;
import dozo.server.auth.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server knows of checkpoints that may be left. */
class LeaseIT {

  private static final UUID LEASE = new UUID(0x5L << 12, Long.MIN_VALUE | 7);
  private static final VmRef OTHER = new VmRef("other", new UUID(5, 5), "db", "hv2");
  private static final TakeLease TAKE =
      new TakeLease(LEASE, ServerFixture.VM, "hook", "volume vg/web-snap");

  @TempDir private Path directory;
  private ServerFixture fixture;

  @BeforeEach
  void start() throws IOException {
    fixture = ServerFixture.start(directory);
  }

  @AfterEach
  void stop() throws IOException {
    fixture.close();
  }

  @Test
  void keepsALeaseOverARestartUntilItEnds() throws Exception {
    LeaseSummary before;
    try (DozoConnection connection = fixture.connect(Role.BACKUP)) {
      connection.takeLease(TAKE);
      before = connection.listLeases().getFirst();
      assertThat(before.object()).isEqualTo("volume vg/web-snap");
      assertThat(before.vm()).isEqualTo(ServerFixture.VM);
    }
    fixture.stop();
    fixture.restart();
    try (DozoConnection connection = fixture.connect(Role.BACKUP)) {
      assertThat(connection.listLeases()).containsExactly(before);
      connection.takeLease(TAKE);
      assertThat(connection.listLeases()).containsExactly(before);
      connection.endLease(LEASE);
      connection.endLease(LEASE);
      assertThat(connection.listLeases()).isEmpty();
    }
    fixture.stop();
    fixture.restart();
    try (DozoConnection connection = fixture.connect(Role.OPERATOR)) {
      assertThat(connection.listLeases()).isEmpty();
    }
  }

  @Test
  void keepsToTheScopeOfTheToken() throws Exception {
    try (DozoConnection connection = fixture.connect(Role.BACKUP)) {
      connection.takeLease(TAKE);
    }
    Scope scope = new Scope(Optional.of("other"), Set.of());
    try (DozoConnection connection = fixture.connect(fixture.token(Role.BACKUP, scope))) {
      assertThat(connection.listLeases()).isEmpty();
      connection.endLease(LEASE);
      for (VmRef vm : new VmRef[] {ServerFixture.VM, OTHER}) {
        assertThatExceptionOfType(RemoteException.class)
            .as("taking over the lease of another VM for %s", vm)
            .isThrownBy(() -> connection.takeLease(new TakeLease(LEASE, vm, "hook", "mine")))
            .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.FORBIDDEN));
      }
    }
    try (DozoConnection connection = fixture.connect(Role.ADMIN)) {
      assertThat(connection.listLeases()).hasSize(1);
    }
  }

  @Test
  void refusesWordsThatNobodyCouldShow() throws Exception {
    try (DozoConnection connection = fixture.connect(Role.BACKUP)) {
      for (String object : new String[] {"", "x".repeat(1_025), "a\u001b[2Jb"}) {
        assertThatExceptionOfType(RemoteException.class)
            .isThrownBy(
                () -> connection.takeLease(new TakeLease(LEASE, ServerFixture.VM, "hook", object)))
            .satisfies(refused -> assertThat(refused.code()).isEqualTo(ErrorCode.INVALID));
      }
      assertThat(connection.listLeases()).isEmpty();
    }
  }
}
