package dozo.format.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.FormatTooNewException;
import dozo.format.manifest.MapRoot;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MapNodeTest {

  private static final ChunkId ID = new ChunkId(1, 2, 3, 4);

  static byte[] golden(String name) {
    try (InputStream in =
        Objects.requireNonNull(MapNodeTest.class.getResourceAsStream("/golden/v1/" + name))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The golden nodes were made from docs/format.md §8 by another program than this one, over 40,000
   * runs: run i is a hole of (i mod 9 + 1) * 4096 bytes if i mod 7 is 6, else a chunk of 1000 + 37i
   * mod 5000 bytes, whose id is the SHA-256 of i as a little-endian u32. The node id key is the
   * bytes 0 to 31.
   */
  @Test
  void theFormatIsTheGoldenOne() throws IOException, GeneralSecurityException {
    NodeStore store = new NodeStore();
    ChunkMapBuilder builder = store.builder();
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    for (int i = 0; i < 40_000; i++) {
      if (i % 7 == 6) {
        builder.hole((i % 9 + 1) * 4096L);
      } else {
        byte[] id = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN).putInt(i).array();
        builder.chunk(ChunkId.of(sha256.digest(id), 0), 1000 + i * 37 % 5000);
      }
    }
    assertThat(builder.sizeBytes()).isEqualTo(236_990_209);
    assertThat(builder.finish())
        .isEqualTo(
            new MapRoot(
                ChunkId.parse("16c4b1568866da92501ea2ebd1b5630b3322fc3bd173c91b1db52c5d9a99abde"),
                2,
                119_983_873));
    List<byte[]> nodes = store.nodes.values().stream().sorted(Arrays::compareUnsigned).toList();
    assertThat(nodes).hasSize(223);
    nodes.forEach(sha256::update);
    assertThat(HexFormat.of().formatHex(sha256.digest()))
        .isEqualTo("bc7ce55b6eaed813cefa17a8e137f4d4fdf15b8f93827acd8e02aaa5af0ebed8");
    assertThat(nodes).contains(golden("map-leaf.bin"), golden("map-inner.bin"));

    NodeStore empty = new NodeStore();
    assertThat(empty.build(List.of()).root().root())
        .hasToString("da2954683b8f11b9177ba0c405f03ae162b41e7d1bc2eeb7fb7a683c197f38dd");
    assertThat(empty.nodes.values()).containsExactly(golden("map-empty.bin"));
  }

  @Test
  void readsTheGoldenNodes() throws DozoException {
    MapNode leaf = MapNode.decode(ID, golden("map-leaf.bin"));
    assertThat(leaf.level()).isZero();
    assertThat(leaf.entries()).isEqualTo(173);
    assertThat(leaf.isHole(6)).isTrue();
    assertThat(leaf.length(6)).isEqualTo(7 * 4096);
    assertThat(leaf.length(1)).isEqualTo(1037);
    assertThat(leaf.start(2)).isEqualTo(2037);
    assertThat(leaf.indexOf(2036)).isEqualTo(1);
    assertThat(leaf.indexOf(2037)).isEqualTo(2);
    assertThat(leaf.indexOf(leaf.spanBytes() - 1)).isEqualTo(172);
    assertThatThrownBy(() -> leaf.indexOf(leaf.spanBytes()))
        .isInstanceOf(IndexOutOfBoundsException.class);
    MapNode inner = MapNode.decode(ID, golden("map-inner.bin"));
    assertThat(inner.level()).isEqualTo(1);
    assertThat(inner.length(0)).isEqualTo(leaf.spanBytes());
    assertThat(inner.data(0)).isEqualTo(leaf.dataBytes());
    assertThat(MapNode.decode(ID, golden("map-empty.bin")).spanBytes()).isZero();
  }

  record Damage(String name, String file, int offset, int bytes, long value) {
    @Override
    public String toString() {
      return name;
    }

    byte[] damaged() {
      byte[] node = golden(file);
      for (int i = 0; i < bytes; i++) {
        node[offset + i] = (byte) (value >> (8 * i));
      }
      return node;
    }
  }

  static Stream<Damage> damages() {
    return Stream.of(
        new Damage("magic", "map-leaf.bin", 0, 1, 'd'),
        new Damage("version 0", "map-leaf.bin", 4, 1, 0),
        new Damage("level of another width", "map-leaf.bin", 5, 1, 1),
        new Damage("level too high", "map-inner.bin", 5, 1, 16),
        new Damage("reserved", "map-leaf.bin", 6, 1, 1),
        new Damage("second reserved", "map-leaf.bin", 15, 1, 1),
        new Damage("one entry too many", "map-leaf.bin", 8, 4, 174),
        new Damage("one entry too few", "map-leaf.bin", 8, 4, 172),
        new Damage("2^32-1 entries", "map-leaf.bin", 8, 4, -1),
        new Damage("inner node without entries", "map-empty.bin", 5, 1, 1),
        new Damage("chunk of no bytes", "map-leaf.bin", 16, 8, 0),
        new Damage("chunk too long", "map-leaf.bin", 16, 8, (4 << 20) + 1),
        new Damage("chunk of 2^63 bytes", "map-leaf.bin", 16, 8, Long.MIN_VALUE),
        new Damage("hole of no bytes", "map-leaf.bin", 16 + 6 * 40, 8, 0),
        new Damage("hole past 64 TiB", "map-leaf.bin", 16 + 6 * 40, 8, 64L << 40),
        new Damage("hole of 2^64-1 bytes", "map-leaf.bin", 16 + 6 * 40, 8, -1),
        new Damage("child without a span", "map-inner.bin", 16, 8, 0),
        new Damage("child with more data than span", "map-inner.bin", 24, 8, 64L << 40),
        new Damage("child with data below 0", "map-inner.bin", 24, 8, -1),
        new Damage("boundary in the middle", "map-leaf.bin", 16 + 40 * 40 + 39, 1, 0x80));
  }

  @ParameterizedTest
  @MethodSource("damages")
  void rejectsDamage(Damage damage) {
    assertThatThrownBy(() -> MapNode.decode(ID, damage.damaged()))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining(ID.toString());
  }

  @Test
  void rejectsHolesThatAreNeighboursAndChildrenWithoutId() {
    byte[] leaf = golden("map-leaf.bin");
    Arrays.fill(leaf, 16 + 5 * 40 + 8, 16 + 6 * 40, (byte) 0);
    assertThatThrownBy(() -> MapNode.decode(ID, leaf)).isInstanceOf(CorruptDataException.class);
    byte[] inner = golden("map-inner.bin");
    Arrays.fill(inner, 16 + 5 * 48 + 16, 16 + 6 * 48, (byte) 0);
    assertThatThrownBy(() -> MapNode.decode(ID, inner)).isInstanceOf(CorruptDataException.class);
  }

  @Test
  void rejectsEveryLengthButItsOwn() {
    byte[] leaf = golden("map-leaf.bin");
    for (int length = 0; length < leaf.length + 41; length++) {
      byte[] other = Arrays.copyOf(leaf, length);
      if (length != leaf.length) {
        assertThatThrownBy(() -> MapNode.decode(ID, other))
            .isInstanceOf(CorruptDataException.class);
      }
    }
  }

  @Test
  void aLaterVersionIsNotCorrupt() {
    byte[] leaf = golden("map-leaf.bin");
    leaf[4] = 2;
    assertThatThrownBy(() -> MapNode.decode(ID, leaf)).isInstanceOf(FormatTooNewException.class);
  }

  @Test
  void isRejectedOrConsistentAfterRandomDamage() {
    Random random = new Random(11);
    int accepted = 0;
    for (int i = 0; i < 20_000; i++) {
      byte[] node = golden(i % 2 == 0 ? "map-leaf.bin" : "map-inner.bin");
      for (int n = 1 + random.nextInt(3); n > 0; n--) {
        int at = random.nextBoolean() ? random.nextInt(64) : random.nextInt(node.length);
        node[at] = (byte) random.nextInt();
      }
      accepted += MapNodeFuzzTest.check(node) ? 1 : 0;
    }
    assertThat(accepted).isBetween(1000, 19_000);
  }
}
