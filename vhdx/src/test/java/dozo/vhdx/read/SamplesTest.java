package dozo.vhdx.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.vhdx.Extent;
import dozo.vhdx.VhdxException;
import dozo.vhdx.fixture.Samples;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Every sample holds what its maker says, or is refused. */
final class SamplesTest {

  private static final int PIECE = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    "iotest-dynamic-1G.vhdx, d3d112d8dab7fd360609f7d5a7b769904b7a2a7d7b6b8c535f65a23293c05478",
    "test-disk2vhd.vhdx, 96d964042be9b58dda1725567abfb0cf9fd8380e2118754afa979c2ad445938a",
    "btrfs.vhdx, 0b959f9cb4e18348ad8b646f152178282542c8304f02fddf765e3fd1a1de6864",
    "swap.vhdx, 60dd30b4c74361427d1089510cabb36e2eeda0cc4747f467ea43173acd358c49"
  })
  void readsWhatWindowsAndDisk2vhdWrote(String name, String sha256) throws Exception {
    Path file = Samples.directory().resolve(name);

    try (VhdxChain chain = VhdxChain.open(file, List.of())) {
      assertThat(sha256(chain, 0, chain.disk().sizeBytes())).isEqualTo(sha256);
    }
  }

  @TestFactory
  Stream<DynamicTest> readsGoodFiles() {
    return Samples.expected().get("good").propertyStream().map(this::good);
  }

  private DynamicTest good(Map.Entry<String, JsonNode> sample) {
    return DynamicTest.dynamicTest(
        sample.getKey(),
        () -> {
          JsonNode expected = sample.getValue();
          try (VhdxChain chain = open(sample.getKey())) {
            assertThat(chain.disk().sizeBytes()).isEqualTo(expected.get("size").asLong());
            assertThat(chain.disk().logicalSectorBytes()).isEqualTo(expected.get("lss").asInt());
            assertThat(chain.leaf().blockBytes()).isEqualTo(expected.get("block").asInt());
            assertThat(chain.leaf().parent().isPresent())
                .isEqualTo(!expected.get("parent").isNull());
            if (expected.has("sha256")) {
              assertThat(sha256(chain, 0, chain.disk().sizeBytes()))
                  .isEqualTo(expected.get("sha256").asString());
            }
            for (JsonNode probe : expected.path("probes")) {
              assertThat(sha256(chain, probe.get(0).asLong(), probe.get(1).asLong()))
                  .as("probe at %s", probe.get(0))
                  .isEqualTo(probe.get(2).asString());
            }
            requireExtentsCover(chain);
          }
        });
  }

  @TestFactory
  Stream<DynamicTest> refusesBadFiles() {
    return Samples.expected().get("bad").propertyStream().map(this::bad);
  }

  private DynamicTest bad(Map.Entry<String, JsonNode> sample) {
    return DynamicTest.dynamicTest(
        sample.getKey() + ": " + sample.getValue().asString(),
        () ->
            assertThatThrownBy(() -> open(sample.getKey()).close())
                .isInstanceOf(VhdxException.class)
                .hasMessageContaining("expected"));
  }

  private static VhdxChain open(String name) throws IOException {
    return VhdxChain.open(Samples.directory().resolve(name), Samples.all());
  }

  private static void requireExtentsCover(VhdxChain chain) throws IOException {
    long size = chain.disk().sizeBytes();
    Extent extent;
    for (long at = 0; at < size; at = extent.end()) {
      extent = chain.extentAt(at);
      assertThat(extent.offset()).isEqualTo(at);
      if (extent.kind() == Extent.Kind.ZERO) {
        ByteBuffer start = ByteBuffer.allocate((int) Math.min(PIECE, extent.length()));
        chain.read(at, start);
        assertThat(start.array()).containsOnly(0);
      }
    }
  }

  private static String sha256(VhdxChain chain, long offset, long length) throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    ByteBuffer piece = ByteBuffer.allocate(PIECE);
    for (long at = offset; at < offset + length; at += piece.limit()) {
      piece.clear().limit((int) Math.min(PIECE, offset + length - at));
      assertThat(chain.read(at, piece)).isEqualTo(piece.limit());
      sha256.update(piece.flip());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }
}
