package dozo.mount.partition;

import dozo.format.disk.DiskReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The partitions of a disk.
 *
 * @param scheme what kind of table it has
 * @param partitions by ascending number; a disk without a table is one of the number {@link
 *     Partition#WHOLE_DISK}
 * @param remarks what is wrong with the table, as sentences without their full stops
 */
public record PartitionTable(Scheme scheme, List<Partition> partitions, List<String> remarks) {

  /** The kinds of tables. */
  public enum Scheme {
    /** There is no table. */
    NONE("no partition table"),
    /** The table of a PC's master boot record, with its extended partitions. */
    MBR("MBR"),
    /** A GUID partition table. */
    GPT("GPT");

    private final String title;

    Scheme(String title) {
      this.title = title;
    }

    /** What people call it. */
    public String title() {
      return title;
    }
  }

  /** The most partitions that are listed; Linux makes devices of at most 256. */
  static final int MOST_PARTITIONS = 256;

  private static final int SMALL_SECTOR = 512;
  private static final int LARGE_SECTOR = 4096;

  /** Copies the lists. */
  public PartitionTable {
    partitions = List.copyOf(partitions);
    remarks = List.copyOf(remarks);
  }

  /**
   * Reads the table of a disk.
   *
   * @param sectorBytes the disk's logical sector, 512 or 4096. A table that was written for the
   *     other size is found, too: images are moved between such disks
   * @throws IOException if the disk cannot be read; never because of what is on it
   */
  public static PartitionTable read(DiskReader disk, int sectorBytes) throws IOException {
    int other = sectorBytes == SMALL_SECTOR ? LARGE_SECTOR : SMALL_SECTOR;
    for (int sector : new int[] {sectorBytes, other}) {
      Optional<PartitionTable> gpt = GptTable.read(disk, sector);
      if (gpt.isPresent()) {
        return gpt.get().checked();
      }
    }
    return MbrTable.read(disk, sectorBytes)
        .map(PartitionTable::checked)
        .orElseGet(() -> whole(disk));
  }

  private static PartitionTable whole(DiskReader disk) {
    return new PartitionTable(
        Scheme.NONE,
        List.of(new Partition(Partition.WHOLE_DISK, 0, disk.sizeBytes(), "", "")),
        List.of());
  }

  /** The partition of a number. */
  public Optional<Partition> partition(int number) {
    return partitions.stream().filter(each -> each.number() == number).findFirst();
  }

  /** Adds a remark for each partition that shares bytes with an earlier one. */
  private PartitionTable checked() {
    List<String> all = new ArrayList<>(remarks);
    for (int i = 1; i < partitions.size(); i++) {
      Partition later = partitions.get(i);
      IntStream.range(0, i)
          .mapToObj(partitions::get)
          .filter(later::overlaps)
          .findFirst()
          .ifPresent(earlier ->
              all.add("Partitions " + earlier.number() + " and " + later.number() + " overlap"));
    }
    return new PartitionTable(scheme, partitions, all);
  }
}
