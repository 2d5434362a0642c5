package dozo.format.manifest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.SeededRandom;
import dozo.format.key.KeyRing;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ManifestCodecTest {

  private static final KeyRing RING =
      KeyRing.create(new UUID(1, 2), Instant.EPOCH, new SeededRandom(1));

  private final SeededRandom random = new SeededRandom(2);

  @Test
  void bringsBackARestorePoint() throws Exception {
    for (RestorePoint point : new RestorePoint[] {RestorePoints.full(), RestorePoints.small()}) {
      byte[] file = ManifestCodec.encode(point, RING, random);
      Manifest manifest = ManifestCodec.decode(file, point.id(), RING);
      assertThat(manifest.restorePoint()).isEqualTo(point);
      assertThat(manifest.keyEpoch()).isEqualTo(1);
      byte[] copy = ManifestCodec.copy(manifest, RING, random);
      assertThat(copy).isNotEqualTo(file);
      assertThat(ManifestCodec.decode(copy, point.id(), RING).restorePoint()).isEqualTo(point);
    }
  }

  @Test
  void rejectsAManifestUnderAnotherName() {
    RestorePoint point = RestorePoints.full();
    byte[] file = ManifestCodec.encode(point, RING, random);
    assertThatThrownBy(() -> ManifestCodec.decode(file, RestorePoints.small().id(), RING))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("another object");
    KeyRing other = KeyRing.create(new UUID(1, 3), Instant.EPOCH, random);
    assertThatThrownBy(() -> ManifestCodec.decode(file, point.id(), other))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("another repository");
    KeyRing stranger = KeyRing.create(new UUID(1, 2), Instant.EPOCH, random);
    assertThatThrownBy(() -> ManifestCodec.decode(file, point.id(), stranger))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("authentication");
  }
}
