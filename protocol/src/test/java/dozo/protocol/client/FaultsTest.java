package dozo.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.AuthenticationFailedException;
import dozo.format.ConnectionLostException;
import dozo.protocol.ServerAddress;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {

  private static final ServerAddress SERVER = ServerAddress.parse("backup1");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "error:10000410:SSL routines:OPENSSL_internal:SSLV3_ALERT_BAD_CERTIFICATE",
        "error:1000045c:SSL routines:OPENSSL_internal:TLSV1_ALERT_CERTIFICATE_REQUIRED",
        "(certificate_required) Received fatal alert: certificate_required",
        "Received fatal alert: unknown_ca",
        "Received fatal alert: certificate_unknown"
      })
  void tellsThatTheServerWantsACertificate(String alert) {
    assertThat(Faults.of(SERVER, new SSLHandshakeException(alert)))
        .isInstanceOf(AuthenticationFailedException.class)
        .hasMessageContaining("The server lets nobody in without a certificate that it trusts")
        .hasMessageContaining("--client-certificate");
  }

  @Test
  void otherAlertsAreOnesOfTls() {
    assertThat(Faults.of(SERVER, new SSLException("Received fatal alert: protocol_version")))
        .isInstanceOf(ConnectionLostException.class)
        .hasMessageStartingWith("TLS failed: Received fatal alert: protocol_version");
  }

  @Test
  void tellsWhyAConnectionFailedWithoutTheNamesOfCalls() {
    String refused = "finishConnect(..) failed with error(-111): Connection refused: /127.0.0.1:1";
    assertThat(Faults.of(SERVER, new ConnectException(refused)))
        .hasMessageStartingWith("The connection failed: Connection refused: /127.0.0.1:1: server")
        .hasMessageContaining("What to do: see whether the server runs there");
    assertThat(Faults.of(SERVER, new ClosedChannelException()))
        .hasMessageStartingWith("The connection failed: it was cut: server backup1");
    assertThat(Faults.of(SERVER, new ConnectException("timed out")))
        .hasMessageStartingWith("The connection failed: timed out");
  }
}
