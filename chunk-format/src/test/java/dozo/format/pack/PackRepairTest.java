package dozo.format.pack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dozo.format.CorruptDataException;
import dozo.format.parity.ParityLayout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whatever is lost of a pack comes back bit for bit, or not at all. */
class PackRepairTest {

  private static final int HOLE = 64 << 10;
  private static final Path GOLDEN = Path.of("src/test/resources/golden/v1/pack-parity.bin");

  @ParameterizedTest
  @CsvSource({
    // A pack smaller than what is lost of it, one stripe, and two stripes of 4 MiB.
    "1, 3000, 5, 4096",
    "2, 90000, 5, 4096",
    "3, 700000, 1, 12000",
    "4, 700000, 5, 12000",
    "5, 5000000, 25, 150000",
  })
  void bringsBackAny64KibThatWereZeroed(long seed, int dataBytes, int percent, int step)
      throws Exception {
    byte[] pack = ParityPack.of(seed, dataBytes, percent);
    Random random = new Random(seed);
    for (int from = 0; from < pack.length; from += step) {
      int at = from == 0 ? 0 : Math.max(0, from - random.nextInt(step));
      byte[] damaged = pack.clone();
      Arrays.fill(damaged, at, Math.min(pack.length, at + HOLE), (byte) 0);
      RepairedPack repaired = repair(damaged);
      assertThat(Arrays.equals(bytes(repaired), pack))
          .as("seed %d, zeros at %d", seed, at)
          .isTrue();
      assertThat(repaired.repairs()).isNotEmpty();
    }
  }

  @Test
  void bringsBackLongerStretchesOfLargePacks() throws Exception {
    byte[] pack = ParityPack.of(6, 5_000_000, 25);
    int hole = (16 * 2 - 3) * ParityLayout.SHARD_BYTES; // The second stripe has 2 rows of parity.
    for (int at = 0; at < pack.length; at += 300_000) {
      byte[] damaged = pack.clone();
      Arrays.fill(damaged, at, Math.min(pack.length, at + hole), (byte) 0xff);
      assertThat(Arrays.equals(bytes(repair(damaged)), pack)).as("at %d", at).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource({"100000, 5", "1400000, 5", "3000000, 10", "5000000, 25", "200000, 1"})
  void bringsBackScatteredLossesUpToTheLimitAndSaysWhenItIsPassed(int dataBytes, int percent)
      throws Exception {
    for (long seed = 0; seed < 12; seed++) {
      Random random = new Random(seed);
      byte[] pack = ParityPack.of(seed, dataBytes, percent);
      ParityLayout layout = layout(pack, percent);
      byte[] damaged = pack.clone();
      for (int stripe = 0; stripe < layout.stripes(); stripe++) {
        for (int group = 0; group < ParityLayout.GROUPS; group++) {
          List<int[]> shards = shardsOf(layout, stripe, group);
          Collections.shuffle(shards, random);
          shards.stream()
              .limit(layout.parityRows(stripe))
              .forEach(shard -> spoil(damaged, shard, random));
        }
      }
      spoil(damaged, new int[] {pack.length - PackTrailer.BYTES, PackTrailer.BYTES}, random);
      assertThat(Arrays.equals(bytes(repair(damaged)), pack)).as("seed %d", seed).isTrue();

      byte[] beyond = pack.clone();
      int stripe = random.nextInt(layout.stripes());
      int group = random.nextInt(Math.min(layout.shards(stripe), ParityLayout.GROUPS));
      List<int[]> shards = shardsOf(layout, stripe, group);
      int limit = layout.parityRows(stripe);
      if (shards.size() > 2 * limit) {
        shards.subList(0, limit + 1).forEach(shard -> spoil(beyond, shard, random));
        assertThatThrownBy(() -> repair(beyond))
            .as("seed %d", seed)
            .isInstanceOf(CorruptDataException.class)
            .hasMessageContaining(ParityPack.ID.toString())
            .hasMessageContaining(limit + 1 + " shards of a group are lost and " + limit);
      }
    }
  }

  @Test
  void givesOutNothingWrongWhateverHappens() throws Exception {
    byte[] pack = ParityPack.of(7, 400_000, 5);
    int right = 0;
    int refused = 0;
    for (long seed = 0; seed < 250; seed++) {
      Random random = new Random(seed);
      byte[] damaged = pack.clone();
      int hits = 1 + random.nextInt(30);
      for (int i = 0; i < hits; i++) {
        int at = random.nextInt(pack.length);
        int length = random.nextInt(4) == 0 ? 1 + random.nextInt(40_000) : 1;
        spoil(damaged, new int[] {at, Math.min(length, pack.length - at)}, random);
      }
      if (random.nextInt(10) == 0) {
        damaged = Arrays.copyOf(damaged, pack.length - random.nextInt(100_000));
      }
      try {
        assertThat(Arrays.equals(bytes(repair(damaged)), pack)).as("seed %d", seed).isTrue();
        right++;
      } catch (CorruptDataException e) {
        assertThat(e).hasMessageContaining(ParityPack.ID.toString());
        refused++;
      }
    }
    assertThat(right).isGreaterThan(30);
    assertThat(refused).isGreaterThan(30);
  }

  @Test
  void readsAPackWithParityLikeAnyOther() throws Exception {
    byte[] pack = ParityPack.of(8, 400_000, 5);
    PackReader reader = PackReader.open(new ArrayInput(pack), ParityPack.ID, ParityPack.REPOSITORY);
    assertThat(reader.trailer().parityLength()).isGreaterThan(16L * ParityLayout.SHARD_BYTES);
    assertThat(reader.verifyChecksums().damages()).isEmpty();
    PackDirectory directory = reader.readDirectory(ParityPack.RING.packKey(1, ParityPack.ID));
    byte[] plain = ParityPack.of(8, 400_000, 0);
    PackReader without =
        PackReader.open(new ArrayInput(plain), ParityPack.ID, ParityPack.REPOSITORY);
    assertThat(without.trailer().parityLength()).isZero();
    assertThat(directory.isSameAs(without.readDirectory(ParityPack.RING.packKey(1, ParityPack.ID))))
        .isTrue();
    PackSalvager.Salvage salvage =
        PackSalvager.salvage(new ArrayInput(pack), ParityPack.ID, ParityPack.RING);
    assertThat(salvage.directory().isSameAs(directory)).isTrue();
    assertThat(salvage.damages()).isEmpty();
  }

  @Test
  void findsDamagedAndMissingParityWithoutAKey() throws Exception {
    byte[] pack = ParityPack.of(8, 400_000, 5);
    PackReader sound = PackReader.open(new ArrayInput(pack), ParityPack.ID, ParityPack.REPOSITORY);
    long parity = sound.trailer().parityOffset();
    byte[] damaged = pack.clone();
    damaged[(int) parity + 5_000] ^= 1;
    assertThat(
            PackReader.open(new ArrayInput(damaged), ParityPack.ID, ParityPack.REPOSITORY)
                .verifyChecksums()
                .damages())
        .singleElement()
        .satisfies(damage -> assertThat(damage.offset()).isEqualTo(parity));
  }

  @Test
  void leavesASoundPackAlone() throws Exception {
    byte[] pack = ParityPack.of(9, 300_000, 5);
    RepairedPack repaired = repair(pack);
    assertThat(repaired.repairs()).isEmpty();
    assertThat(bytes(repaired)).isEqualTo(pack);
  }

  @Test
  void saysWhereItRepaired() throws Exception {
    byte[] pack = ParityPack.of(9, 300_000, 5);
    byte[] damaged = pack.clone();
    damaged[20_000] ^= 1;
    damaged[pack.length - 1] ^= 1;
    assertThat(repair(damaged).repairs())
        .extracting(Damage::offset, Damage::lengthBytes)
        .containsExactly(tuple(16_384L, 8_192L), tuple((long) pack.length - 48, 48L));
  }

  @Test
  void takesWhatCannotBeReadForLost() throws Exception {
    byte[] pack = ParityPack.of(10, 500_000, 5);
    for (int at = 0; at < pack.length; at += 32 << 10) {
      int bad = at;
      RangedInput disk =
          new RangedInput() {
            @Override
            public long sizeBytes() {
              return pack.length;
            }

            @Override
            public void read(long offset, ByteBuffer target) throws IOException {
              if (offset < bad + HOLE && offset + target.remaining() > bad) {
                throw new IOException("Input/output error");
              }
              new ArrayInput(pack).read(offset, target);
            }
          };
      RepairedPack repaired = PackRepairer.repair(disk, ParityPack.ID, ParityPack.REPOSITORY);
      assertThat(Arrays.equals(bytes(repaired), pack)).as("bad sectors at %d", at).isTrue();
    }
  }

  @Test
  void bringsBackATailThatWasCutOffOrOverwritten() throws Exception {
    byte[] pack = ParityPack.of(11, 500_000, 5);
    for (int lost : new int[] {1, 47, 48, 49, 8_000, 60_000}) {
      assertThat(bytes(repair(Arrays.copyOf(pack, pack.length - lost)))).isEqualTo(pack);
      assertThat(bytes(repair(Arrays.copyOf(pack, pack.length + lost)))).isEqualTo(pack);
    }
  }

  @Test
  void saysWhenThereIsNoParity() throws Exception {
    byte[] pack = ParityPack.of(12, 100_000, 0);
    assertThatThrownBy(() -> repair(pack))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("no sound parity record");
  }

  @Test
  void doesNotBelieveTheParityOfAnotherPack() throws Exception {
    byte[] pack = ParityPack.of(13, 100_000, 5);
    assertThatThrownBy(
            () -> PackRepairer.repair(new ArrayInput(pack), new UUID(5, 6), ParityPack.REPOSITORY))
        .isInstanceOf(CorruptDataException.class)
        .hasMessageContaining("no sound parity record");
  }

  @Test
  void writesAndRepairsTheGoldenPack() throws Exception {
    byte[] pack = ParityPack.of(42, 3_000, 5);
    if (System.getProperty("dozo.golden.write") != null) {
      Files.write(GOLDEN, pack);
    }
    byte[] golden = Files.readAllBytes(GOLDEN);
    assertThat(pack).isEqualTo(golden);
    byte[] damaged = golden.clone();
    Arrays.fill(damaged, 0, 5_000, (byte) 0);
    assertThat(bytes(repair(damaged))).isEqualTo(golden);
  }

  private static RepairedPack repair(byte[] damaged) throws IOException {
    return PackRepairer.repair(new ArrayInput(damaged), ParityPack.ID, ParityPack.REPOSITORY);
  }

  private static byte[] bytes(RangedInput input) {
    try {
      byte[] bytes = new byte[(int) input.sizeBytes()];
      for (int at = 0; at < bytes.length; at += 100_000) {
        input.read(at, ByteBuffer.wrap(bytes, at, Math.min(100_000, bytes.length - at)));
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ParityLayout layout(byte[] pack, int percent) throws IOException {
    PackReader reader = PackReader.open(new ArrayInput(pack), ParityPack.ID, ParityPack.REPOSITORY);
    return new ParityLayout(percent, reader.trailer().parityOffset());
  }

  /** Offset and length of each shard of a group, and then of each of its parity records. */
  private static List<int[]> shardsOf(ParityLayout layout, int stripe, int group) {
    List<int[]> shards = new ArrayList<>();
    for (int row = 0; row < layout.rows(stripe); row++) {
      int shard = layout.shardAt(stripe, group, row);
      if (shard >= 0) {
        shards.add(new int[] {(int) layout.offset(shard), layout.length(shard)});
      }
    }
    for (int number = layout.firstParityShard(stripe);
        number < layout.firstParityShard(stripe + 1);
        number++) {
      if (layout.groupOf(number) == group) {
        long at = layout.protectedBytes() + ParityRecord.offset(layout, number);
        shards.add(new int[] {(int) at, ParityRecord.length(layout.rows(stripe))});
      }
    }
    return shards;
  }

  /** Changes at least one byte of a range. */
  private static void spoil(byte[] bytes, int[] range, Random random) {
    if (random.nextBoolean()) {
      for (int i = 0; i < range[1]; i++) {
        bytes[range[0] + i] = (byte) random.nextInt();
      }
    }
    bytes[range[0] + random.nextInt(range[1])] ^= (byte) (1 + random.nextInt(255));
  }
}
