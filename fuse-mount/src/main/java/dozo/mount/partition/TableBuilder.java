package dozo.mount.partition;

import java.util.ArrayList;
import java.util.List;

/** Collects partitions, and holds back what does not lie on the disk. */
final class TableBuilder {
  private final long diskBytes;
  private final int sectorBytes;
  private final List<Partition> partitions = new ArrayList<>();
  private final List<String> remarks = new ArrayList<>();

  TableBuilder(long diskBytes, int sectorBytes) {
    this.diskBytes = diskBytes;
    this.sectorBytes = sectorBytes;
  }

  /**
   * Adds what a table says, as far as the disk goes.
   *
   * @param firstSector of the partition; any number
   * @param sectors how many it has; any number
   */
  void add(int number, long firstSector, long sectors, String type, String name) {
    long diskSectors = diskBytes / sectorBytes;
    if (sectors <= 0 || firstSector < 0) {
      remark("Partition " + number + " ends before it begins and is left out");
    } else if (firstSector >= diskSectors) {
      remark("Partition " + number + " begins beyond the end of the disk and is left out");
    } else if (isFull()) {
      remark("There are more partitions than " + PartitionTable.MOST_PARTITIONS);
    } else {
      long onDisk = Math.min(sectors, diskSectors - firstSector);
      if (onDisk < sectors) {
        remark("Partition " + number + " goes beyond the end of the disk and is cut there");
      }
      partitions.add(
          new Partition(number, firstSector * sectorBytes, onDisk * sectorBytes, type, name));
    }
  }

  boolean isFull() {
    return partitions.size() >= PartitionTable.MOST_PARTITIONS;
  }

  /** Notes what is wrong, once. */
  void remark(String text) {
    if (!remarks.contains(text) && remarks.size() < PartitionTable.MOST_PARTITIONS) {
      remarks.add(text);
    }
  }

  PartitionTable build(PartitionTable.Scheme scheme) {
    return new PartitionTable(scheme, partitions, remarks);
  }
}
