package dozo.mount.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.mount.partition.PartitionTable.Scheme;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** GUID partition tables, as they should be, damaged, and made to attack. */
class GptTableTest {
  private static final long DISK = 1L << 30;
  private static final String LINUX = "AF3DC60F838472478E793D69D8477DE4";

  private final MemoryDisk disk = new MemoryDisk(DISK);

  /** What a table is made of; what is not said is as usual. */
  private static final class Table {
    int sector = 512;
    long place = 1;
    long entriesAt = 2;
    int count = 128;
    int entryBytes = 128;
    int headerBytes = 92;
    final ByteBuffer entries = ByteBuffer.allocate(1 << 14).order(ByteOrder.LITTLE_ENDIAN);

    Table entry(int index, long first, long last, String name) {
      int at = index * entryBytes;
      entries.put(at, HexFormat.of().parseHex(LINUX));
      entries.putLong(at + 32, first).putLong(at + 40, last);
      entries.put(at + 56, name.getBytes(StandardCharsets.UTF_16LE));
      return this;
    }

    Table at(long newPlace, long newEntriesAt) {
      place = newPlace;
      entriesAt = newEntriesAt;
      return this;
    }

    void writeTo(MemoryDisk disk) {
      ByteBuffer header = ByteBuffer.allocate(sector).order(ByteOrder.LITTLE_ENDIAN);
      header.put("EFI PART".getBytes(StandardCharsets.US_ASCII));
      header.putInt(8, 0x10000).putInt(12, headerBytes).putLong(24, place);
      header.putLong(40, 34).putLong(48, disk.sizeBytes() / sector - 34);
      header.putLong(72, entriesAt).putInt(80, count).putInt(84, entryBytes);
      header.putInt(88, crc(entries.array(), Math.clamp((long) count * entryBytes, 0, 1 << 14)));
      header.putInt(16, crc(header.array(), Math.min(headerBytes, sector)));
      disk.put(place * sector, header.array());
      disk.put(entriesAt * sector, entries.array());
    }

    private static int crc(byte[] bytes, int length) {
      CRC32 crc = new CRC32();
      crc.update(bytes, 0, length);
      return (int) crc.getValue();
    }
  }

  private PartitionTable read() throws IOException {
    return PartitionTable.read(disk, 512);
  }

  private void writeBoth(Table table) {
    long last = DISK / table.sector - 1;
    table.at(1, 2).writeTo(disk);
    table.at(last, last - 33).writeTo(disk);
  }

  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void findsPartitionsWithTheirNamesWhateverTheSector(int sector) throws Exception {
    Table table =
        new Table().entry(0, 2048, 4095, "root").entry(6, 8192, 8192, "Daten ä\u202e\u0007");
    table.sector = sector;
    writeBoth(table);
    assertThat(read())
        .isEqualTo(
            new PartitionTable(
                Scheme.GPT,
                List.of(
                    new Partition(1, 2048L * sector, 2048L * sector, "Linux", "root"),
                    new Partition(7, 8192L * sector, sector, "Linux", "Daten ä??")),
                List.of()));
  }

  @Test
  void usesTheSecondWhereTheFirstIsDamagedInHeaderOrEntries() throws Exception {
    writeBoth(new Table().entry(0, 2048, 4095, "root"));
    disk.put(512 + 56, (byte) 1);
    PartitionTable table = read();
    assertThat(table.partitions()).hasSize(1);
    assertThat(table.remarks()).singleElement().asString().contains("first GPT is damaged");

    writeBoth(new Table().entry(0, 2048, 4095, "root"));
    disk.put(1024 + 33, (byte) 1);
    assertThat(read().partitions()).containsExactly(table.partitions().getFirst());
    assertThat(read().remarks()).isEqualTo(table.remarks());
  }

  @Test
  void tellsOfADamagedSecond() throws Exception {
    new Table().entry(0, 2048, 4095, "root").writeTo(disk);
    assertThat(read().partitions()).hasSize(1);
    assertThat(read().remarks()).singleElement().asString().contains("second GPT");
  }

  @Test
  void saysThatNeitherIsWholeWhereAProtectiveTableStands() throws Exception {
    disk.put(446 + 4, (byte) 0xEE).putInt(446 + 8, 1).putInt(446 + 12, -1);
    disk.put(510, (byte) 0x55, (byte) 0xAA);
    PartitionTable table = read();
    assertThat(table.scheme()).isEqualTo(Scheme.MBR);
    assertThat(table.remarks()).anyMatch(each -> each.contains("GPT that should be here"));
  }

  @Test
  void leavesOutWhatLiesNowhereAndCutsWhatGoesTooFar() throws Exception {
    writeBoth(
        new Table()
            .entry(0, -1, 5, "negative")
            .entry(1, 5000, 4000, "backwards")
            .entry(2, 0, Long.MAX_VALUE, "all and more")
            .entry(3, Long.MAX_VALUE - 1, Long.MAX_VALUE, "far")
            .entry(4, Long.MIN_VALUE, Long.MAX_VALUE, "overflow")
            .entry(5, 1 << 20, Long.MAX_VALUE - 1, "long"));
    PartitionTable table = read();
    assertThat(table.partitions())
        .allSatisfy(each -> assertThat(each.end()).isLessThanOrEqualTo(DISK))
        .extracting(Partition::number)
        .containsExactly(6);
    assertThat(table.remarks()).anyMatch(each -> each.contains("is cut there"));
  }

  @Test
  void refusesEntriesThatAreTooManyTooLargeOrTooSmall() throws Exception {
    for (int[] sizes : new int[][] {{1 << 30, 128}, {-1, -1}, {2, 8192}, {4, 64}, {9000, 128}}) {
      Table table = new Table().entry(0, 2048, 4095, "root");
      table.count = sizes[0];
      table.entryBytes = sizes[1] < 0 ? -1 : sizes[1];
      table.writeTo(disk);
      assertThat(read().scheme()).as("%d of %d", sizes[0], sizes[1]).isEqualTo(Scheme.NONE);
    }
    Table header = new Table();
    header.headerBytes = 4096;
    header.writeTo(disk);
    assertThat(read().scheme()).isEqualTo(Scheme.NONE);
  }

  @Test
  void survivesAnyDamageToATable() throws Exception {
    Random random = new Random(7);
    for (int run = 0; run < 500; run++) {
      MemoryDisk damaged = new MemoryDisk(1 << 20);
      Table table = new Table();
      for (int i = 0; i < 4; i++) {
        table.entry(random.nextInt(100), random.nextLong(), random.nextLong(), "x");
      }
      table.entriesAt = random.nextInt(4) == 0 ? random.nextInt(1 << 22) : 2;
      table.count = random.nextInt(4) == 0 ? random.nextInt() : 128;
      table.writeTo(damaged);
      if (random.nextBoolean()) {
        damaged.put(random.nextInt(4096), (byte) random.nextInt());
      }
      PartitionTable read = PartitionTable.read(damaged, 512);
      assertThat(read.partitions())
          .as("run %d of seed 7", run)
          .hasSizeLessThanOrEqualTo(PartitionTable.MOST_PARTITIONS)
          .allMatch(each -> each.end() <= damaged.sizeBytes());
      for (Partition each : read.partitions()) {
        ContentProbe.probe(new PartitionReader(damaged, each));
      }
    }
  }
}
