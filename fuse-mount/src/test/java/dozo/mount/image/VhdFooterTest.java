package dozo.mount.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HexFormat;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class VhdFooterTest {
  private static final UUID ID = UUID.fromString("0198c0de-0000-7000-8000-00000000d020");
  private static final Instant CREATED = Instant.parse("2026-11-21T12:00:00.9Z");

  @Test
  void hasEveryFieldInItsPlaceAndARightChecksum() {
    ByteBuffer footer = VhdFooter.encode(40L << 30, ID, CREATED);
    byte[] bytes = new byte[512];
    footer.get(0, bytes);
    assertThat(HexFormat.of().formatHex(bytes, 0, 64))
        .isEqualTo(
            "636f6e6563746978" // conectix
                + "00000002"
                + "00010000"
                + "ffffffffffffffff"
                + "32944440" // 848,577,600 s after the first instant of 2000
                + "77696e20"
                + "00060003"
                + "5769326b"
                + "0000000a00000000"
                + "0000000a00000000"
                + "505010ff"
                + "00000002");
    assertThat(HexFormat.of().formatHex(bytes, 68, 84)).isEqualTo(ID.toString().replace("-", ""));
    int sum = 0;
    for (int i = 0; i < bytes.length; i++) {
      sum += i >= 64 && i < 68 ? 0 : bytes[i] & 0xFF;
      assertThat(i < 84 || bytes[i] == 0).isTrue();
    }
    assertThat(footer.getInt(64)).isEqualTo(~sum);
  }

  /** Cylinders, heads and sectors, worked out by hand from the specification's appendix. */
  @ParameterizedTest
  @CsvSource({
    "3145728, 90, 4, 17",
    "10485760, 301, 4, 17",
    "1073741824, 2080, 16, 63",
    "136899993600, 65535, 16, 255",
    "2190433320960, 65535, 16, 255",
  })
  void computesTheGeometryOfTheSpecification(long size, int cylinders, int heads, int sectors) {
    int geometry = VhdFooter.geometry(size / 512);
    assertThat(geometry >>> 16).isEqualTo(cylinders);
    assertThat(geometry >> 8 & 0xFF).isEqualTo(heads);
    assertThat(geometry & 0xFF).isEqualTo(sectors);
  }

  @Test
  void refusesSizesThatNoVhdHas() {
    for (long size : new long[] {0, 513, VhdFooter.MAXIMUM_BYTES + 512}) {
      assertThatThrownBy(() -> VhdFooter.encode(size, ID, CREATED))
          .hasMessageContaining("not " + size);
    }
    assertThat(VhdFooter.encode(VhdFooter.MAXIMUM_BYTES, ID, CREATED).remaining()).isEqualTo(512);
  }
}
