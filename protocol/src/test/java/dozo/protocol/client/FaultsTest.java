package dozo.protocol.client;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.protocol.ServerAddress;
import java.net.ConnectException;
import java.nio.channels.ClosedChannelException;
import org.junit.jupiter.api.Test;

class FaultsTest {

  private static final ServerAddress SERVER = ServerAddress.parse("backup1");

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
