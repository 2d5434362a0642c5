package dozo.mount.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.mount.partition.PartitionTable.Scheme;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tables of a PC's master boot record, as they should be and as an attacker makes them. */
class MbrTableTest {
  private static final int SECTOR = 512;
  private static final long SECTORS = 1 << 20;

  private final MemoryDisk disk = new MemoryDisk(SECTORS * SECTOR);

  private void entry(long sector, int index, int type, long first, long count) {
    long at = sector * SECTOR + 446 + index * 16L;
    disk.put(at + 4, (byte) type).putInt(at + 8, (int) first).putInt(at + 12, (int) count);
    disk.put(sector * SECTOR + 510, (byte) 0x55, (byte) 0xAA);
  }

  private PartitionTable read() throws IOException {
    return PartitionTable.read(disk, SECTOR);
  }

  @Test
  void findsPrimaryAndLogicalPartitions() throws Exception {
    entry(0, 0, 0x83, 2048, 1000);
    entry(0, 1, 0x05, 10_000, 50_000);
    entry(0, 3, 0x07, 70_000, 30_000);
    entry(10_000, 0, 0x83, 2048, 5000);
    entry(10_000, 1, 0x05, 8000, 9000);
    entry(18_000, 0, 0x82, 100, 200);
    assertThat(read())
        .isEqualTo(
            new PartitionTable(
                Scheme.MBR,
                List.of(
                    new Partition(1, 2048 * SECTOR, 1000 * SECTOR, "Linux", ""),
                    new Partition(4, 70_000L * SECTOR, 30_000L * SECTOR, "NTFS or exFAT", ""),
                    new Partition(5, 12_048L * SECTOR, 5000L * SECTOR, "Linux", ""),
                    new Partition(6, 18_100L * SECTOR, 200 * SECTOR, "Linux swap", "")),
                List.of()));
  }

  @Test
  void isNoneWithoutItsSignatureOrWithBootCodeInItsPlace() throws Exception {
    entry(0, 0, 0x83, 2048, 1000);
    disk.put(446, (byte) 0x33);
    assertThat(read().scheme()).isEqualTo(Scheme.NONE);
    assertThat(read().partitions()).containsExactly(new Partition(0, 0, SECTORS * SECTOR, "", ""));
  }

  @Test
  void isNoneWithoutAnyEntry() throws Exception {
    disk.put(510, (byte) 0x55, (byte) 0xAA);
    assertThat(read().scheme()).isEqualTo(Scheme.NONE);
  }

  @Test
  void cutsPartitionsAtTheEndOfTheDiskAndLeavesOutThoseBehindIt() throws Exception {
    entry(0, 0, 0x83, SECTORS - 10, 0xFFFFFFFFL);
    entry(0, 1, 0x83, 0xFFFFFFFFL, 0xFFFFFFFFL);
    PartitionTable table = read();
    assertThat(table.partitions())
        .containsExactly(new Partition(1, (SECTORS - 10) * SECTOR, 10 * SECTOR, "Linux", ""));
    assertThat(table.remarks()).hasSize(2).allMatch(each -> each.contains("beyond the end"));
  }

  @Test
  void tellsOfOverlaps() throws Exception {
    entry(0, 0, 0x83, 2048, 1000);
    entry(0, 1, 0x83, 3047, 1000);
    assertThat(read().remarks()).containsExactly("Partitions 1 and 2 overlap");
  }

  @Test
  void endsAChainThatRunsInACircle() throws Exception {
    entry(0, 0, 0x0F, 10_000, 50_000);
    entry(10_000, 0, 0x83, 1, 5);
    entry(10_000, 1, 0x05, 100, 9000);
    entry(10_100, 0, 0x83, 1, 5);
    entry(10_100, 1, 0x05, 0, 9000);
    // An entry of sector 0 relative to the extended partition leads to its first sector again.
    PartitionTable table = read();
    assertThat(table.partitions()).extracting(Partition::number).containsExactly(5, 6);
    assertThat(table.remarks()).contains("The chain of the extended partition runs in a circle");
  }

  @Test
  void boundsAChainOfPartitionsAndOneOfNothing() throws Exception {
    entry(0, 0, 0x05, 10_000, 500_000);
    for (int i = 0; i < 2000; i++) {
      entry(10_000 + i * 2L, 0, i < 1000 ? 0x83 : 0, 1, 1);
      entry(10_000 + i * 2L, 1, 0x05, i * 2L + 2, 2);
    }
    PartitionTable table = read();
    assertThat(table.partitions()).hasSizeLessThanOrEqualTo(PartitionTable.MOST_PARTITIONS);
    assertThat(table.remarks()).contains("There are more partitions than 256");
    for (int i = 0; i < 1000; i++) {
      entry(10_000 + i * 2L, 0, 0, 0, 0);
    }
    disk.reads = 0;
    assertThat(read().partitions()).isEmpty();
    assertThat(disk.reads).isLessThan(300);
  }

  @Test
  void leavesAChainThatLeavesTheDiskOrIsBroken() throws Exception {
    entry(0, 0, 0x05, 10_000, 50_000);
    entry(10_000, 0, 0x83, 1, 5);
    entry(10_000, 1, 0x05, 0xFFFFFFF0L, 9);
    assertThat(read().remarks())
        .containsExactly("The chain of the extended partition leaves the disk");
    entry(10_000, 1, 0x05, 500, 9);
    assertThat(read().remarks()).containsExactly("The chain of the extended partition is broken");
    assertThat(read().partitions()).hasSize(1);
  }

  @Test
  void readsADiskSmallerThanASector() throws Exception {
    assertThat(PartitionTable.read(new MemoryDisk(100), SECTOR).scheme()).isEqualTo(Scheme.NONE);
    assertThat(PartitionTable.read(new MemoryDisk(0), SECTOR).scheme()).isEqualTo(Scheme.NONE);
  }
}
