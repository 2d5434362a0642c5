package dozo.format.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParityCodeTest {

  private static final int SHARD = ParityLayout.SHARD_BYTES;

  @Test
  void multipliesAsPolynomialsDo() {
    for (int a = 0; a < 256; a++) {
      for (int b = 0; b < 256; b++) {
        assertThat(GaloisField.multiply(a, b)).isEqualTo(longMultiplication(a, b));
      }
      if (a > 0) {
        assertThat(GaloisField.multiply(a, GaloisField.inverse(a))).isEqualTo(1);
      }
    }
    assertThatThrownBy(() -> GaloisField.inverse(0)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void invertsWhatHasAnInverse() {
    assertThat(GaloisField.invert(GaloisField.invert(m(0, 1, 2, 3))))
        .as("needs its rows swapped")
        .isDeepEqualTo(m(0, 1, 2, 3));
    assertThatThrownBy(() -> GaloisField.invert(m(1, 2, 1, 2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1",
    "1, 8192",
    "5, 8193",
    "5, 131072",
    "5, 131073",
    "25, 4194304",
    "25, 4194305",
    "1, 32505856",
    "1, 32505857",
    "3, 70000000",
    "5, 67108864",
    "25, 536870912",
    "5, 1073741824"
  })
  void placesEachShardOnce(int percent, long length) {
    ParityLayout layout = new ParityLayout(percent, length);
    int shards = 0;
    int parityShards = 0;
    for (int stripe = 0; stripe < layout.stripes(); stripe++) {
      assertThat(layout.firstShard(stripe)).isEqualTo(shards);
      assertThat(layout.firstParityShard(stripe)).isEqualTo(parityShards);
      assertThat(layout.rows(stripe)).isBetween(1, CauchyCode.DATA_ROWS);
      assertThat(layout.parityRows(stripe))
          .isBetween(1, CauchyCode.PARITY_ROWS)
          .isGreaterThanOrEqualTo(Math.ceilDiv(layout.rows(stripe) * percent, 100));
      int present = 0;
      for (int group = 0; group < ParityLayout.GROUPS; group++) {
        for (int row = 0; row < layout.rows(stripe); row++) {
          int shard = layout.shardAt(stripe, group, row);
          if (shard >= 0) {
            assertThat(shard - layout.firstShard(stripe))
                .isEqualTo(row * ParityLayout.GROUPS + group);
            present++;
          }
        }
      }
      assertThat(present).isEqualTo(layout.shards(stripe));
      // No 16 shards in a row, parity included, have two of one group.
      int firstInRow = layout.firstShard(stripe) + layout.shards(stripe);
      for (int i = 0; i < ParityLayout.GROUPS * layout.parityRows(stripe); i++) {
        int number = parityShards + i;
        assertThat(layout.stripeOf(number)).isEqualTo(stripe);
        assertThat(layout.parityRowOf(number)).isEqualTo(i / ParityLayout.GROUPS);
        assertThat(layout.groupOf(number))
            .isEqualTo((firstInRow + i - layout.firstShard(stripe)) % ParityLayout.GROUPS);
      }
      shards += layout.shards(stripe);
      parityShards += ParityLayout.GROUPS * layout.parityRows(stripe);
    }
    assertThat(layout.shards()).isEqualTo(shards);
    assertThat(layout.parityShards()).isEqualTo(parityShards);
    assertThat(layout.offset(shards - 1) + layout.length(shards - 1)).isEqualTo(length);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, -1, 26})
  void refusesOtherPercentages(int percent) {
    assertThatThrownBy(() -> new ParityEncoder(percent))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 25 percent, not " + percent);
  }

  @Test
  void computesTheSameFromAnyPieces() {
    byte[] stream = random(7, 5 * 1024 * 1024 + 77);
    Parity whole = encode(25, stream);
    for (int seed = 0; seed < 5; seed++) {
      Random random = new Random(seed);
      ParityEncoder encoder = new ParityEncoder(25);
      for (int at = 0; at < stream.length; ) {
        int bound = random.nextBoolean() ? 100_000 : 300;
        int step = Math.min(stream.length - at, random.nextInt(bound));
        encoder.add(stream, at, step);
        at += step;
      }
      Parity pieces = encoder.finish();
      assertThat(pieces.layout()).isEqualTo(whole.layout());
      for (int i = 0; i < whole.layout().shards(); i++) {
        assertThat(pieces.crc(i)).isEqualTo(whole.crc(i));
      }
      for (int i = 0; i < whole.layout().parityShards(); i++) {
        assertThat(parityShard(pieces, i)).as("seed %d", seed).isEqualTo(parityShard(whole, i));
      }
    }
  }

  @Test
  void computesWhatTheFormatSays() {
    byte[] stream = random(9, 40 * SHARD + 1234);
    Parity parity = encode(5, stream);
    byte[] padded = Arrays.copyOf(stream, 41 * SHARD);
    for (int q = 0; q < ParityLayout.GROUPS; q++) {
      int group = (41 + q) % ParityLayout.GROUPS;
      byte[] actual = parityShard(parity, q);
      for (int place : new int[] {0, 1, 4711, SHARD - 1}) {
        int sum = 0;
        for (int row = 0; row * ParityLayout.GROUPS + group < 41; row++) {
          int value = padded[(row * ParityLayout.GROUPS + group) * SHARD + place] & 0xff;
          sum ^= divide(value, 8 + row);
        }
        assertThat(actual[place]).isEqualTo((byte) sum);
      }
    }
  }

  @Test
  void recoversAnyLostShardsUpToTheParityThereIs() {
    for (long seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      int percent = 1 + random.nextInt(25);
      int rows = 1 + random.nextInt(ParityLayout.fullRows(percent));
      int shards = Math.max(1, rows * ParityLayout.GROUPS - random.nextInt(ParityLayout.GROUPS));
      byte[] stream = random(seed, shards * SHARD - random.nextInt(SHARD));
      Parity parity = encode(percent, stream);
      ParityLayout layout = parity.layout();
      byte[] padded = Arrays.copyOf(stream, shards * SHARD);
      int group = random.nextInt(Math.min(shards, ParityLayout.GROUPS));

      List<Integer> parityShards = new ArrayList<>();
      for (int i = 0; i < layout.parityShards(); i++) {
        if (layout.groupOf(i) == group) {
          parityShards.add(i);
        }
      }
      assertThat(parityShards).hasSize(layout.parityRows(0));
      Collections.shuffle(parityShards, random);
      List<Integer> present = new ArrayList<>();
      for (int row = 0; row < layout.rows(0); row++) {
        if (layout.shardAt(0, group, row) >= 0) {
          present.add(row);
        }
      }
      Collections.shuffle(present, random);
      int lost = 1 + random.nextInt(Math.min(parityShards.size(), present.size()));

      GroupDecoder decoder = new GroupDecoder();
      parityShards.stream()
          .limit(lost)
          .forEach(i -> decoder.addParity(layout.parityRowOf(i), parityShard(parity, i), 0));
      present.stream().skip(lost).forEach(row -> decoder.addShard(row, shard(padded, group, row)));
      int[] lostRows = present.stream().limit(lost).mapToInt(row -> row).toArray();
      List<byte[]> recovered = decoder.recover(lostRows);
      for (int i = 0; i < lost; i++) {
        assertThat(recovered.get(i))
            .as("seed %d, %d of %d rows, %d percent", seed, lost, rows, percent)
            .isEqualTo(shard(padded, group, lostRows[i]));
      }
      assertThatThrownBy(() -> decoder.recover(new int[lost + 1]))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static byte[] shard(byte[] padded, int group, int row) {
    int from = (row * ParityLayout.GROUPS + group) * SHARD;
    return Arrays.copyOfRange(padded, from, from + SHARD);
  }

  private static byte[] parityShard(Parity parity, int number) {
    byte[] shard = new byte[SHARD];
    parity.copyShard(number, shard, 0);
    return shard;
  }

  private static Parity encode(int percent, byte[] stream) {
    ParityEncoder encoder = new ParityEncoder(percent);
    encoder.add(stream, 0, stream.length);
    return encoder.finish();
  }

  private static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private static int[][] m(int a, int b, int c, int d) {
    return new int[][] {{a, b}, {c, d}};
  }

  /** The quotient of two elements, by trying. */
  private static int divide(int value, int divisor) {
    for (int quotient = 0; quotient < 256; quotient++) {
      if (longMultiplication(quotient, divisor) == value) {
        return quotient;
      }
    }
    throw new AssertionError(value + " / " + divisor);
  }

  /** The product of two polynomials over GF(2), bit by bit, reduced by 0x11d. */
  private static int longMultiplication(int a, int b) {
    int product = 0;
    for (int bit = 0; bit < 8; bit++) {
      if ((b >> bit & 1) != 0) {
        product ^= a << bit;
      }
    }
    for (int bit = 14; bit >= 8; bit--) {
      if ((product >> bit & 1) != 0) {
        product ^= 0x11d << (bit - 8);
      }
    }
    return product;
  }
}
