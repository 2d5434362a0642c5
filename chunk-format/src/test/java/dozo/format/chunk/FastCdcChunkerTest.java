package dozo.format.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class FastCdcChunkerTest {

  record Vector(
      long seed,
      int bytes,
      int minimum,
      int average,
      int maximum,
      int level,
      List<Integer> lengths) {

    static Vector parse(String line) {
      int[] numbers = Arrays.stream(line.split(" ")).mapToInt(Integer::parseInt).toArray();
      return new Vector(
          numbers[0],
          numbers[1],
          numbers[2],
          numbers[3],
          numbers[4],
          numbers[5],
          Arrays.stream(numbers).skip(6).boxed().toList());
    }
  }

  static Stream<Vector> goldenVectors() {
    InputStream golden =
        Objects.requireNonNull(
            FastCdcChunkerTest.class.getResourceAsStream("/golden/v1/fastcdc2020.txt"));
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(golden, StandardCharsets.US_ASCII))) {
      return lines
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(Vector::parse)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("goldenVectors")
  void cutsWhereTheReferenceCuts(Vector vector) {
    Chunker chunker =
        new FastCdcChunker(vector.average, vector.minimum, vector.maximum, vector.level);
    assertThat(lengths(chunker, input(vector.seed, vector.bytes))).isEqualTo(vector.lengths);
  }

  /** Published in fastcdc-rs 4.0.1, src/v2020/mod.rs, test_cut_all_zeros. */
  @Test
  void cutsZerosAtTheMaximum() {
    List<Integer> lengths = lengths(new FastCdcChunker(256, 64, 1024, 1), new byte[10240]);
    assertThat(lengths).hasSize(10).containsOnly(1024);
  }

  /** Published in fastcdc-rs 4.0.1, src/v2020/mod.rs, for its test/fixtures/SekienAkashita.jpg. */
  @Test
  void cutsThePictureThatTheReferencePublishes() throws IOException {
    byte[] bytes;
    try (InputStream picture =
        FastCdcChunkerTest.class.getResourceAsStream("/published/SekienAkashita.jpg")) {
      bytes = Objects.requireNonNull(picture).readAllBytes();
    }
    assertThat(bytes).hasSize(109_466);
    assertThat(lengths(new FastCdcChunker(16384, 4096, 65535, 1), bytes))
        .containsExactly(21325, 17140, 28084, 18217, 24700);
    assertThat(lengths(new FastCdcChunker(32768, 8192, 131072, 1), bytes))
        .containsExactly(66549, 42917);
    assertThat(lengths(new FastCdcChunker(65536, 16384, 262144, 1), bytes)).containsExactly(109466);
    assertThat(lengths(new FastCdcChunker(16384, 4096, 65535, 0), bytes))
        .containsExactly(6634, 59915, 25597, 5237, 12083);
    assertThat(lengths(new FastCdcChunker(16384, 8192, 32768, 3), bytes))
        .containsExactly(17350, 19911, 17426, 17519, 19940, 17320);
  }

  /** Values of the table that destor and fastcdc-rs print. */
  @Test
  void makesTheNumbersThatTheReferencePrints() {
    long[] gear = Gear.numbers(0);
    assertThat(gear[0]).isEqualTo(HexFormat.fromHexDigitsToLong("3b5d3c7d207e37dc"));
    assertThat(gear[255]).isEqualTo(HexFormat.fromHexDigitsToLong("aabd2b2a451504e1"));
    assertThat(Gear.numbers(1)[255]).isEqualTo(HexFormat.fromHexDigitsToLong("557a56548a2a09c2"));
    for (int bits = 6; bits <= 24; bits++) {
      assertThat(Long.bitCount(Gear.mask(bits))).as("bits of mask %d", bits).isEqualTo(bits);
    }
  }

  @Test
  void doesNotLookBeyondTheMaximum() {
    byte[] bytes = input(5, 1 << 20);
    Chunker chunker = new FastCdcChunker(16384, 4096, 65536, 2);
    for (int from = 0; from < bytes.length - 65536; from += 7777) {
      assertThat(chunker.cut(0, bytes, from, from + 65536))
          .isEqualTo(chunker.cut(0, bytes, from, bytes.length));
    }
  }

  /**
   * The golden vectors' input: 64-bit numbers of SplitMix64, little-endian. Of every eight pages of
   * 4096 bytes, page 3 is zero, and page 6 has only the two lowest bits of each byte.
   */
  static byte[] input(long seed, int bytes) {
    ByteBuffer words = ByteBuffer.allocate(bytes + 8).order(ByteOrder.LITTLE_ENDIAN);
    long state = seed;
    for (int word = 0; words.position() < bytes; word++) {
      state += 0x9e3779b97f4a7c15L;
      long z = (state ^ (state >>> 30)) * 0xbf58476d1ce4e5b9L;
      z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
      z ^= z >>> 31;
      int page = word / 512 % 8;
      words.putLong(page == 3 ? 0 : page == 6 ? z & 0x0303030303030303L : z);
    }
    return Arrays.copyOf(words.array(), bytes);
  }

  static List<Integer> lengths(Chunker chunker, byte[] bytes) {
    List<Integer> lengths = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += lengths.getLast()) {
      lengths.add(chunker.cut(at, bytes, at, bytes.length));
    }
    return lengths;
  }
}
