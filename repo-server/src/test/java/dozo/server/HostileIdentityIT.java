package dozo.server;

import static dozo.server.BesiegedServer.assertServes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dozo.format.ErrorCode;
import dozo.format.UntrustedServerException;
import dozo.protocol.Fingerprint;
import dozo.protocol.Role;
import dozo.protocol.Secret;
import dozo.protocol.ServerTrust;
import dozo.protocol.client.ConnectionSettings;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.message.ConnectionMessage.Hello;
import dozo.protocol.message.Frame;
import dozo.server.auth.NewToken;
import dozo.server.auth.Scope;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Clients and servers that are not who they say. */
@ExtendWith(LeakCheck.class)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileIdentityIT {

  @TempDir static Path directory;
  private BesiegedServer server;

  @BeforeAll
  void start() throws IOException {
    server = BesiegedServer.start(directory);
  }

  @AfterAll
  void leavesTheBystanderAlone() throws IOException {
    server.close();
  }

  @Test
  void isNotTrustedUnderAnotherFingerprint() {
    ConnectionSettings settings =
        ConnectionSettings.tcp(
            server.fixture().address(),
            new ServerTrust.Pinned(Fingerprint.parse("ab".repeat(32))),
            server.admin(),
            "test");
    assertThatExceptionOfType(UntrustedServerException.class)
        .isThrownBy(() -> DozoConnection.connect(settings))
        .withMessageContaining("ab".repeat(32))
        .withMessageContaining(server.fixture().server().fingerprint().hex());
  }

  @Test
  void answersEveryWrongTokenAlikeAndLate() throws IOException {
    NewToken revoked =
        server
            .fixture()
            .server()
            .tokens()
            .create("r", Role.ADMIN, Scope.EVERYTHING, Optional.empty());
    server.fixture().server().tokens().revoke(revoked.token().principal().id());
    NewToken expired =
        server
            .fixture()
            .server()
            .tokens()
            .create("e", Role.ADMIN, Scope.EVERYTHING, Optional.of(Instant.EPOCH));
    String right = server.admin().reveal();
    Secret wrong =
        Secret.of(right.substring(0, right.length() - 2) + (right.endsWith("AA") ? "BB" : "AA"));
    String message = null;
    for (Secret token : List.of(revoked.secret(), expired.secret(), wrong, Secret.of("nonsense"))) {
      long started = System.nanoTime();
      try (RawClient client = server.connect()) {
        client.send(Frame.CONNECTION, new Hello(1, "raw", token));
        String said = client.expectFailure(Frame.CONNECTION, ErrorCode.UNAUTHENTICATED).message();
        client.expectClosed();
        assertThat(message == null || message.equals(said)).isTrue();
        message = said;
      }
      assertThat(Duration.ofNanos(System.nanoTime() - started))
          .isGreaterThanOrEqualTo(Duration.ofSeconds(1));
    }
  }

  @Test
  void boundsTheAnswersToWrongTokensThatWait() throws IOException {
    try (RawClient first = server.connect();
        RawClient second = server.connect();
        RawClient third = server.connect()) {
      int answered = 0;
      for (RawClient client : List.of(first, second, third)) {
        client.send(Frame.CONNECTION, new Hello(1, "raw", Secret.of("nonsense")));
      }
      for (RawClient client : List.of(first, second, third)) {
        try {
          client.expectFailure(Frame.CONNECTION, ErrorCode.UNAUTHENTICATED);
          answered++;
        } catch (IOException e) {
          client.expectClosed();
        }
      }
      assertThat(answered).isEqualTo(2);
    }
  }

  @Test
  void expelsWhoseTokenIsRevoked() throws IOException {
    NewToken token =
        server
            .fixture()
            .server()
            .tokens()
            .create("x", Role.ADMIN, Scope.EVERYTHING, Optional.empty());
    try (RawClient client = RawClient.hello(server.fixture().address(), token.secret())) {
      assertServes(client);
      server.fixture().server().tokens().revoke(token.token().principal().id());
      client.expectFailure(Frame.CONNECTION, ErrorCode.UNAUTHENTICATED);
      client.expectClosed();
    }
  }
}
