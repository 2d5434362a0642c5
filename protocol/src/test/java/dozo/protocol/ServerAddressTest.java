package dozo.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {

  @ParameterizedTest
  @CsvSource({
    "vault, vault, 8470",
    "vault.example:9000, vault.example, 9000",
    "10.0.0.1:1, 10.0.0.1, 1",
    "[::1]:65535, ::1, 65535",
    "[fe80::2], fe80::2, 8470",
    "fe80::2, fe80::2, 8470"
  })
  void readsTcp(String text, String host, int port) {
    ServerAddress address = ServerAddress.parse(text);
    assertThat(address).isEqualTo(new ServerAddress.Tcp(host, port));
    assertThat(ServerAddress.parse(address.toString())).isEqualTo(address);
  }

  @Test
  void readsUnixSockets() {
    ServerAddress address = ServerAddress.parse("unix:/run/dozo/dozo.sock");
    assertThat(address).isEqualTo(new ServerAddress.Unix(Path.of("/run/dozo/dozo.sock")));
    assertThat(ServerAddress.parse(address.toString())).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ":8470", "vault:", "vault:x", "vault:0", "vault:65536", "[::1", "unix:"})
  void refusesTheRest(String text) {
    assertThatIllegalArgumentException().isThrownBy(() -> ServerAddress.parse(text));
  }
}
