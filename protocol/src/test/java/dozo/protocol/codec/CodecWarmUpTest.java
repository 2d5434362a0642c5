package dozo.protocol.codec;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.protocol.message.MessageType;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class CodecWarmUpTest {

  private static final Set<MessageType> CONTROL =
      Arrays.stream(MessageType.values())
          .filter(type -> type.form() == MessageType.Form.CONTROL)
          .collect(Collectors.toCollection(() -> EnumSet.noneOf(MessageType.class)));

  @Test
  void preparesEveryControlMessage() {
    assertThatCode(() -> CodecWarmUp.run(CONTROL)).doesNotThrowAnyException();
  }

  @Test
  void refusesWhatIsNone() {
    EnumSet.complementOf(EnumSet.copyOf(CONTROL))
        .forEach(type ->
            assertThatThrownBy(() -> CodecWarmUp.run(Set.of(type)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is no control message"));
  }
}
