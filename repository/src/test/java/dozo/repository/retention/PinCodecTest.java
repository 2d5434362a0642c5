package dozo.repository.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.key.KeyRing;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.StateCodec;
import dozo.format.manifest.StateEntry;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class PinCodecTest {

  private static final RestorePointId POINT =
      RestorePointId.parse("01936f8a-7c00-7000-8000-00000000002a");
  private static final Instant SET = Instant.parse("2026-11-21T12:00:00Z");
  private static final Instant UNTIL = Instant.parse("2033-01-01T00:00:00Z");

  @Test
  void bringsBackPinsAndHoldsThroughAStateFile() throws Exception {
    SecureRandom random = new SecureRandom();
    KeyRing ring = KeyRing.create(UUID.randomUUID(), SET, random);
    for (Pin pin : new Pin[] {pin(null), pin(UNTIL)}) {
      byte[] file = StateCodec.encode(PinCodec.encode(pin), ring, random);
      StateEntry entry = StateCodec.decode(file, PinCodec.KIND, pin.id(), ring);
      assertThat(PinCodec.decode(entry)).isEqualTo(pin);
    }
  }

  @Test
  void writesWhatTheFormatSays() {
    assertThat(PinCodec.encode(pin(UNTIL)).content())
        .hasToString(
            """
            {"restorePoint":"01936f8a-7c00-7000-8000-00000000002a","note":"case 4711",\
            "setBy":"anna","set":"2026-11-21T12:00:00Z","until":"2033-01-01T00:00:00Z"}\
            """);
    assertThat(PinCodec.encode(pin(null)).content().has("until")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "restorePoint, 6f9619ff-8b86-4011-b42d-00c04fc964ff, version 7",
    "restorePoint, , restorePoint is missing",
    "set, yesterday, yesterday",
    "set, , set is missing",
    "until, never, never",
    "until, 2020-01-01T00:00:00Z, A hold ends after it is set",
    "note, , note is missing",
    "setBy, '', 1 to 255 characters",
  })
  void refusesWhatIsNoPin(String member, @Nullable String value, String message) {
    StateEntry entry = PinCodec.encode(pin(UNTIL));
    ObjectNode content = entry.content();
    if (value == null) {
      content.remove(member);
    } else {
      content.put(member, value);
    }
    assertThatThrownBy(() -> PinCodec.decode(new StateEntry("pins", entry.id(), content)))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("pins/" + entry.id())
        .hasMessageContaining(message);
  }

  @Test
  void isInForceUntilItsEnd() {
    assertThat(pin(null).isInForce(Instant.MAX)).isTrue();
    assertThat(pin(UNTIL).isInForce(UNTIL.minusNanos(1))).isTrue();
    assertThat(pin(UNTIL).isInForce(UNTIL)).isFalse();
  }

  private static Pin pin(@Nullable Instant until) {
    return new Pin(new UUID(7, 8), POINT, until, "case 4711", "anna", SET);
  }
}
