package dozo.mount.partition;

import dozo.format.disk.DiskReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/**
 * The table in a PC's first sector: four entries of 16 bytes at 446, and the signature 55 AA at
 * 510. An entry has a boot indicator at 0, a type at 4, the first sector at 8 and the number of
 * sectors at 12. An extended partition is a chain of sectors of the same shape, each with one
 * logical partition, relative to that sector, and the place of the next, relative to the extended
 * partition.
 */
final class MbrTable {
  private static final int ENTRIES_AT = 446;
  private static final int ENTRY_BYTES = 16;
  private static final int ENTRIES = 4;
  private static final int SIGNATURE_AT = 510;
  private static final int SIGNATURE = 0xAA55;
  private static final int SECTOR = 512;
  private static final int FIRST_LOGICAL = 5;

  /** Sectors without a partition count, too: a chain of nothing must end. */
  private static final int LAST_LOGICAL = FIRST_LOGICAL + PartitionTable.MOST_PARTITIONS;

  private static final int PROTECTIVE = 0xEE;

  private final DiskReader disk;
  private final int sectorBytes;
  private final TableBuilder table;

  private MbrTable(DiskReader disk, int sectorBytes) {
    this.disk = disk;
    this.sectorBytes = sectorBytes;
    this.table = new TableBuilder(disk.sizeBytes(), sectorBytes);
  }

  /** An entry, its numbers unsigned. */
  private record Entry(int indicator, int type, long first, long sectors) {
    boolean isEmpty() {
      return type == 0 || sectors == 0;
    }

    boolean isExtended() {
      return type == 0x05 || type == 0x0F || type == 0x85;
    }

    /** Boot code and the like rarely has one of these two values in all four places. */
    boolean isPlausible() {
      return (indicator == 0 || indicator == 0x80) && (isEmpty() || first > 0);
    }
  }

  /** Reads the table, if the disk begins with one. */
  static Optional<PartitionTable> read(DiskReader disk, int sectorBytes) throws IOException {
    return new MbrTable(disk, sectorBytes).read();
  }

  private Optional<PartitionTable> read() throws IOException {
    ByteBuffer sector = Bytes.read(disk, 0, SECTOR);
    if (!isSigned(sector)) {
      return Optional.empty();
    }
    boolean any = false;
    for (int i = 0; i < ENTRIES; i++) {
      Entry entry = entry(sector, i);
      if (!entry.isPlausible()) {
        return Optional.empty();
      }
      any |= !entry.isEmpty();
    }
    if (!any) {
      return Optional.empty();
    }
    boolean extended = false;
    for (int i = 0; i < ENTRIES; i++) {
      Entry entry = entry(sector, i);
      if (entry.isEmpty()) {
        continue;
      }
      table.add(i + 1, entry.first(), entry.sectors(), PartitionTypes.ofMbr(entry.type()), "");
      if (entry.type() == PROTECTIVE) {
        table.remark("The GPT that should be here is damaged, and so is the one at the end");
      }
      if (entry.isExtended() && extended) {
        table.remark("There is more than one extended partition; only the first is followed");
      } else if (entry.isExtended()) {
        extended = true;
        followChain(entry.first());
      }
    }
    PartitionTable read = table.build(PartitionTable.Scheme.MBR);
    return Optional.of(
        new PartitionTable(
            read.scheme(),
            read.partitions().stream()
                .filter(each -> !each.type().equals(PartitionTypes.EXTENDED))
                .sorted((a, b) -> Integer.compare(a.number(), b.number()))
                .toList(),
            read.remarks()));
  }

  private void followChain(long extended) throws IOException {
    Set<Long> seen = new HashSet<>();
    long at = extended;
    for (int number = FIRST_LOGICAL; number < LAST_LOGICAL && !table.isFull(); number++) {
      if (!seen.add(at)) {
        table.remark("The chain of the extended partition runs in a circle");
        return;
      }
      if (at >= disk.sizeBytes() / sectorBytes) {
        table.remark("The chain of the extended partition leaves the disk");
        return;
      }
      ByteBuffer sector = Bytes.read(disk, at * sectorBytes, SECTOR);
      if (!isSigned(sector)) {
        table.remark("The chain of the extended partition is broken");
        return;
      }
      Entry logical = entry(sector, 0);
      if (!logical.isEmpty()) {
        table.add(
            number,
            at + logical.first(),
            logical.sectors(),
            PartitionTypes.ofMbr(logical.type()),
            "");
      }
      Entry next = entry(sector, 1);
      if (next.isEmpty() || !next.isExtended()) {
        return;
      }
      at = extended + next.first();
    }
    table.remark("There are more partitions than " + PartitionTable.MOST_PARTITIONS);
  }

  private static boolean isSigned(ByteBuffer sector) {
    return Short.toUnsignedInt(sector.getShort(SIGNATURE_AT)) == SIGNATURE;
  }

  private static Entry entry(ByteBuffer sector, int index) {
    int at = ENTRIES_AT + index * ENTRY_BYTES;
    return new Entry(
        Byte.toUnsignedInt(sector.get(at)),
        Byte.toUnsignedInt(sector.get(at + 4)),
        Integer.toUnsignedLong(sector.getInt(at + 8)),
        Integer.toUnsignedLong(sector.getInt(at + 12)));
  }
}
