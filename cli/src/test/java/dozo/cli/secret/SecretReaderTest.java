package dozo.cli.secret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SecretReaderTest {

  private static final SecretKind PASSPHRASE = SecretKind.PASSPHRASE;

  @TempDir Path directory;

  @Test
  void takesTheFirstLineOfAFile() throws Exception {
    Path file = Files.writeString(directory.resolve("pass"), "correct hörse\r\nstaple\n");
    assertThat(read(Map.of(), new SecretPlace.InFile(file))).isEqualTo("correct hörse");
    assertThat(read(Map.of("DOZO_PASSPHRASE_FILE", file.toString()))).isEqualTo("correct hörse");
  }

  @Test
  void takesTheEnvironmentAndTheOutputOfACommand() throws Exception {
    assertThat(read(Map.of("DOZO_PASSPHRASE", "from env"))).isEqualTo("from env");
    assertThat(read(Map.of("DOZO_PASSPHRASE_COMMAND", "printf 'from\\ncommand'")))
        .isEqualTo("from");
  }

  @Test
  void prefersAnOptionToTheEnvironment() throws Exception {
    Path file = Files.writeString(directory.resolve("pass"), "option");
    SecretReader reader = new SecretReader(Map.of("DOZO_PASSPHRASE", "environment"));
    SecretPlace place = reader.placeOrTerminal(PASSPHRASE, new SecretPlace.InFile(file), false);
    assertThat(reader.read(PASSPHRASE, place)).containsExactly("option".toCharArray());
  }

  @Test
  void tellsWhatCouldNotBeHadWithoutTheSecret() throws Exception {
    Path empty = Files.writeString(directory.resolve("empty"), "\nsecond line");
    Path huge = Files.write(directory.resolve("huge"), new byte[5000]);
    assertFails(new SecretPlace.InFile(directory.resolve("absent")), "is not there: ");
    assertFails(new SecretPlace.InFile(empty), "empty");
    assertFails(new SecretPlace.InFile(huge), "huge");
    assertFails(new SecretPlace.FromCommand("echo secret; exit 3"), "exit code 3");
  }

  @Test
  void saysHowToGiveTheSecretThatNobodyGave() {
    assertThatThrownBy(
            () -> new SecretReader(Map.of()).placeOrTerminal(SecretKind.TOKEN, null, false))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining("--token-file")
        .hasMessageContaining("DOZO_TOKEN_COMMAND");
  }

  @Test
  void refusesToBeToldTwice() {
    assertThatThrownBy(() -> SecretPlace.of(PASSPHRASE, directory, null, "command"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static void assertFails(SecretPlace place, String word) {
    assertThatThrownBy(() -> read(Map.of(), place))
        .isInstanceOf(SecretException.class)
        .hasMessageContaining(word)
        .hasMessageNotContaining("secret");
  }

  private static String read(Map<String, String> environment) throws SecretException {
    SecretReader reader = new SecretReader(environment);
    return read(environment, reader.place(PASSPHRASE, null).orElseThrow());
  }

  private static String read(Map<String, String> environment, SecretPlace place)
      throws SecretException {
    return new String(new SecretReader(environment).read(PASSPHRASE, place));
  }
}
