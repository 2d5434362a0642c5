package dozo.format.key;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlotSecretTest {

  @Test
  void hidesWhatItHolds() {
    assertThat(Passphrase.of("tell nobody".toCharArray())).hasToString("passphrase");
    assertThat(KeyFile.of(new byte[32])).hasToString("key file");
  }

  @Test
  void wipesItselfWhenClosed() {
    Passphrase passphrase = Passphrase.of("tell nobody".toCharArray());
    byte[] bytes = passphrase.bytes();
    passphrase.close();
    passphrase.close();
    assertThat(bytes).containsOnly(0);
    assertThatThrownBy(passphrase::bytes).isInstanceOf(IllegalStateException.class);
    KeyFile keyFile =
        KeyFile.of(
            new byte[] {
              1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
              25, 26, 27, 28, 29, 30, 31, 32
            });
    byte[] contents = keyFile.bytes();
    keyFile.close();
    assertThat(contents).containsOnly(0);
    assertThatThrownBy(keyFile::bytes).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void leavesTheCallersArrayAlone() {
    char[] characters = "tell nobody".toCharArray();
    Passphrase.of(characters).close();
    assertThat(characters).isEqualTo("tell nobody".toCharArray());
  }

  @Test
  void rejectsWhatIsNoPassphrase() {
    assertThatThrownBy(() -> Passphrase.of(new char[0]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Passphrase.of(new char[1025]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> Passphrase.of(new char[] {'a', '\ud800'}))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no Unicode");
  }

  @Test
  void rejectsWhatIsNoKeyFile() {
    assertThatThrownBy(() -> KeyFile.of(new byte[31])).isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> KeyFile.of(new byte[4097]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "7, 1, 1",
    "16, 1, 3",
    "4194305, 1, 1",
    "64, 0, 1",
    "64, 101, 1",
    "64, 1, 0",
    "64, 1, 65",
    "4194304, 5, 1",
    "-1, 1, 1"
  })
  void rejectsCostsOutOfBounds(int memoryKib, int passes, int lanes) {
    assertThatThrownBy(() -> new Argon2Cost(memoryKib, passes, lanes))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
