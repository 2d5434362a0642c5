package dozo.format.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.SeededRandom;
import dozo.format.key.KeyRing;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class StateCodecTest {

  private static final KeyRing RING =
      KeyRing.create(new UUID(1, 2), Instant.EPOCH, new SeededRandom(1));
  private static final UUID ID = new UUID(3, 4);

  private final SeededRandom random = new SeededRandom(2);

  @Test
  void bringsBackAnEntry() throws Exception {
    ObjectNode content = JsonText.object().put("name", "nightly").put("uses", 7);
    StateEntry entry = new StateEntry("tokens", ID, content);
    byte[] file = StateCodec.encode(entry, RING, random);
    assertThat(StateCodec.decode(file, "tokens", ID, RING)).isEqualTo(entry);
    content.put("name", "changed later");
    assertThat(entry.content().get("name").stringValue()).isEqualTo("nightly");
  }

  @Test
  void rejectsAnEntryInAnotherKindsDirectory() {
    byte[] file = StateCodec.encode(new StateEntry("tokens", ID, JsonText.object()), RING, random);
    assertThatThrownBy(() -> StateCodec.decode(file, "pins", ID, RING))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("another kind");
  }

  @Test
  void rejectsKindsThatAreNoNames() {
    for (String kind : new String[] {"", "../x", "A", "1a", "a".repeat(33)}) {
      assertThatThrownBy(() -> new StateEntry(kind, ID, JsonText.object()))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }
}
