package dozo.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ErrorCodeTest {

  @ParameterizedTest
  @EnumSource
  void readsTheWordThatItWrites(ErrorCode code) {
    assertThat(ErrorCode.parse(code.word())).isEqualTo(code);
  }

  @ParameterizedTest
  @EnumSource
  void isNamedInTheProtocol(ErrorCode code) throws Exception {
    assertThat(Files.readString(Path.of("..", "docs", "protocol.md")))
        .contains("`" + code.word() + "`");
  }

  @Test
  void takesAWordOfALaterVersionForAFaultOfTheServer() {
    assertThat(ErrorCode.parse("out-of-tape")).isEqualTo(ErrorCode.INTERNAL);
  }
}
