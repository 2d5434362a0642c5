package dozo.repository.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TrashNameTest {

  private static final UUID ID = UUID.fromString("0b6e7e2c-3c0f-4d1d-9a55-1f6f2d7f4c11");
  private static final String NAME = "20261121T120000Z-0b6e7e2c-3c0f-4d1d-9a55-1f6f2d7f4c11.pack";

  @Test
  void tellsTimeAndId() {
    TrashName name = new TrashName(Instant.parse("2026-11-21T12:00:00.999Z"), ID, ".pack");

    assertThat(name).hasToString(NAME);
    assertThat(TrashName.parse(NAME, ".pack")).contains(name);
    assertThat(name.retired()).isEqualTo("2026-11-21T12:00:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-0999-01-01T00:00:00Z", "+99999-01-01T00:00:00Z"})
  void bringsImpossibleTimesIntoWhatANameCanTell(String time) {
    TrashName name = new TrashName(Instant.parse(time), ID, ".pack");

    assertThat(TrashName.parse(name.toString(), ".pack")).contains(name);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "0b6e7e2c-3c0f-4d1d-9a55-1f6f2d7f4c11.pack",
        "20261321T120000Z-0b6e7e2c-3c0f-4d1d-9a55-1f6f2d7f4c11.pack",
        "20260230T120000Z-0b6e7e2c-3c0f-4d1d-9a55-1f6f2d7f4c11.pack",
        "20261121T120000Z-0B6E7E2C-3c0f-4d1d-9a55-1f6f2d7f4c11.pack",
        "20261121T120000Z_0b6e7e2c-3c0f-4d1d-9a55-1f6f2d7f4c11.pack",
        "20261121T120000Z-0b6e7e2c-3c0f-4d1d-9a55-1f6f2d7f4c11.manifest"
      })
  void refusesOtherNames(String name) {
    assertThat(TrashName.parse(name, ".pack")).isEmpty();
  }
}
