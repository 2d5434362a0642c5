package dozo.mount.partition;

import static java.nio.charset.StandardCharsets.UTF_16LE;

import dozo.format.disk.DiskReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * A GUID partition table, UEFI specification 2.10, section 5.3: a header in sector 1 and another in
 * the last one, each with an array of entries, all under CRC-32. The one at the end is used where
 * the first is not whole.
 */
final class GptTable {
  private static final long SIGNATURE = 0x5452415020494645L;
  private static final int HEADER_BYTES = 92;
  private static final int SMALLEST_ENTRY = 128;
  private static final int LARGEST_ENTRY = 4096;

  /** 128 entries of 128 bytes are usual. */
  private static final int LARGEST_ARRAY = 1 << 20;

  private static final int NAME_AT = 56;
  private static final int NAME_BYTES = 72;

  private GptTable() {}

  /** A header whose checksum is right, and its entries, whose checksum is, too. */
  private record Whole(int entryBytes, int count, long usableEnd, ByteBuffer entries) {}

  /** Reads the table, if there is one for sectors of this size. */
  static Optional<PartitionTable> read(DiskReader disk, int sectorBytes) throws IOException {
    long last = disk.sizeBytes() / sectorBytes - 1;
    if (last < 2) {
      return Optional.empty();
    }
    TableBuilder table = new TableBuilder(disk.sizeBytes(), sectorBytes);
    Optional<Whole> whole = readWhole(disk, 1, sectorBytes);
    if (whole.isEmpty()) {
      whole = readWhole(disk, last, sectorBytes);
      table.remark("The first GPT is damaged; this is the one at the end of the disk");
    } else if (readWhole(disk, last, sectorBytes).isEmpty()) {
      table.remark("The second GPT, at the end of the disk, is damaged or elsewhere");
    }
    return whole.map(found -> {
      addAll(found, table);
      return table.build(PartitionTable.Scheme.GPT);
    });
  }

  private static Optional<Whole> readWhole(DiskReader disk, long place, int sectorBytes)
      throws IOException {
    ByteBuffer header = Bytes.read(disk, place * sectorBytes, sectorBytes);
    int headerBytes = header.getInt(12);
    if (header.getLong(0) != SIGNATURE
        || headerBytes < HEADER_BYTES
        || headerBytes > sectorBytes
        || header.getLong(24) != place) {
      return Optional.empty();
    }
    int stated = header.getInt(16);
    header.putInt(16, 0);
    if (crc(header.slice(0, headerBytes)) != stated) {
      return Optional.empty();
    }
    long entriesAt = header.getLong(72);
    long count = Integer.toUnsignedLong(header.getInt(80));
    long entryBytes = Integer.toUnsignedLong(header.getInt(84));
    if (entryBytes < SMALLEST_ENTRY
        || entryBytes > LARGEST_ENTRY
        || count * entryBytes > LARGEST_ARRAY
        || entriesAt < 0
        || entriesAt >= disk.sizeBytes() / sectorBytes) {
      return Optional.empty();
    }
    ByteBuffer entries =
        Bytes.read(disk, entriesAt * sectorBytes, Math.toIntExact(count * entryBytes));
    return crc(entries.duplicate()) == header.getInt(88)
        ? Optional.of(new Whole((int) entryBytes, (int) count, header.getLong(48), entries))
        : Optional.empty();
  }

  private static int crc(ByteBuffer bytes) {
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static void addAll(Whole whole, TableBuilder table) {
    for (int i = 0; i < whole.count(); i++) {
      int at = i * whole.entryBytes();
      UUID type = guid(whole.entries(), at);
      if (type.getMostSignificantBits() == 0 && type.getLeastSignificantBits() == 0) {
        continue;
      }
      long first = whole.entries().getLong(at + 32);
      long last = whole.entries().getLong(at + 40);
      // Both are sectors that belong to it. A difference that overflows is negative and refused.
      table.add(
          i + 1,
          first,
          first >= 0 && last >= first && last < Long.MAX_VALUE ? last - first + 1 : -1,
          PartitionTypes.ofGpt(type),
          Bytes.text(whole.entries(), at + NAME_AT, NAME_BYTES, UTF_16LE));
      if (last > whole.usableEnd()) {
        table.remark("Partition " + (i + 1) + " goes beyond what the GPT calls usable");
      }
    }
  }

  /** Three numbers of a GUID are stored little-endian, and the rest as it is written. */
  private static UUID guid(ByteBuffer bytes, int at) {
    long most =
        Integer.toUnsignedLong(bytes.getInt(at)) << 32
            | Short.toUnsignedLong(bytes.getShort(at + 4)) << 16
            | Short.toUnsignedLong(bytes.getShort(at + 6));
    return new UUID(most, Long.reverseBytes(bytes.getLong(at + 8)));
  }
}
