package dozo.vhdx.read;

import dozo.vhdx.format.FileHeader;
import dozo.vhdx.format.Guid;
import dozo.vhdx.format.VhdxFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * One entry of the log (MS-VHDX 2.3.1), every byte of which was checked.
 *
 * @param start offset in the ring
 * @param length bytes, descriptor and data sectors together
 * @param tail ring offset of the first entry of the sequence that this entry ends
 * @param sequenceNumber unsigned, not 0
 * @param descriptors how many changes the entry holds
 * @param flushedFileOffset how long the file was, at least, when the entry was written
 * @param lastFileOffset how long the file must be to hold all that the log speaks of
 */
record LogEntry(
    int start,
    int length,
    int tail,
    long sequenceNumber,
    int descriptors,
    long flushedFileOffset,
    long lastFileOffset) {

  static final int DESCRIPTOR_BYTES = 32;
  static final int DATA_DESCRIPTOR = (int) VhdxFormat.signature("desc");
  static final int ZERO_DESCRIPTOR = (int) VhdxFormat.signature("zero");

  private static final int ENTRY_SIGNATURE = (int) VhdxFormat.signature("loge");
  private static final int DATA_SIGNATURE = (int) VhdxFormat.signature("data");
  private static final int HEADER_BYTES = 64;
  private static final int CHECKSUM_OFFSET = 4;

  /**
   * Reads the entry that begins at an offset, if a valid one does.
   *
   * <p>The signature of each sector is looked at before the next sector is read, and no sector but
   * an entry's first begins with {@code loge}. So a failed attempt never reads past the next place
   * where another attempt could start, and scanning a whole log, however it was crafted, reads each
   * sector a small number of times.
   */
  static Optional<LogEntry> parse(LogRing ring, int start, FileHeader header) throws IOException {
    ByteBuffer bytes = ring.sector(start);
    if (bytes.getInt(0) != ENTRY_SIGNATURE || !Guid.get(bytes, 32).equals(header.logGuid())) {
      return Optional.empty();
    }
    int length = bytes.getInt(8);
    int tail = bytes.getInt(12);
    LogEntry entry =
        new LogEntry(
            start,
            length,
            tail,
            bytes.getLong(16),
            bytes.getInt(24),
            bytes.getLong(48),
            bytes.getLong(56));
    int checksum = bytes.getInt(CHECKSUM_OFFSET);
    boolean valid =
        isSectors(length, ring)
            && length > 0
            && isSectors(tail, ring)
            && tail < ring.length()
            && entry.sequenceNumber != 0
            && VhdxFormat.isMibAligned(entry.flushedFileOffset)
            && VhdxFormat.isMibAligned(entry.lastFileOffset)
            && entry.descriptorSectors() * LogRing.SECTOR <= length
            && entry.hasWholeDescriptors(ring)
            && entry.hasWholeData(ring)
            && entry.checksum(ring) == checksum;
    return valid ? Optional.of(entry) : Optional.empty();
  }

  private static boolean isSectors(int bytes, LogRing ring) {
    return bytes % LogRing.SECTOR == 0 && bytes >= 0 && bytes <= ring.length();
  }

  /** Whether the entry's descriptors begin in its first sector and go on in so many others. */
  private long descriptorSectors() {
    long bytes = HEADER_BYTES + DESCRIPTOR_BYTES * Integer.toUnsignedLong(descriptors);
    return Math.ceilDiv(bytes, LogRing.SECTOR);
  }

  /** Where a descriptor begins, in bytes from the ring's start; to be taken around its end. */
  long descriptorAt(int index) {
    return start + HEADER_BYTES + (long) DESCRIPTOR_BYTES * index;
  }

  /** Where a data sector begins, in bytes from the ring's start; to be taken around its end. */
  long dataSectorAt(int index) {
    return start + (descriptorSectors() + index) * LogRing.SECTOR;
  }

  /** Returns a descriptor, which stays valid until the ring is read again. */
  ByteBuffer descriptor(LogRing ring, int index) throws IOException {
    long at = descriptorAt(index);
    int inSector = (int) (at % LogRing.SECTOR);
    ByteBuffer sector = ring.sector(at - inSector);
    return sector.slice(inSector, DESCRIPTOR_BYTES).order(sector.order());
  }

  private boolean hasWholeDescriptors(LogRing ring) throws IOException {
    long data = 0;
    for (int i = 0; i < descriptors; i++) {
      ByteBuffer descriptor = descriptor(ring, i);
      int signature = descriptor.getInt(0);
      if (signature == DATA_DESCRIPTOR) {
        data++;
      } else if (signature != ZERO_DESCRIPTOR || descriptor.getLong(8) % LogRing.SECTOR != 0) {
        return false;
      }
      if (descriptor.getLong(16) % LogRing.SECTOR != 0
          || descriptor.getLong(24) != sequenceNumber) {
        return false;
      }
    }
    return (descriptorSectors() + data) * LogRing.SECTOR == length;
  }

  private boolean hasWholeData(LogRing ring) throws IOException {
    int count = (int) (length / LogRing.SECTOR - descriptorSectors());
    for (int i = 0; i < count; i++) {
      ByteBuffer sector = ring.sector(dataSectorAt(i));
      long written =
          (Integer.toUnsignedLong(sector.getInt(4)) << 32)
              | Integer.toUnsignedLong(sector.getInt(LogRing.SECTOR - 4));
      if (sector.getInt(0) != DATA_SIGNATURE || written != sequenceNumber) {
        return false;
      }
    }
    return true;
  }

  private int checksum(LogRing ring) throws IOException {
    CRC32C crc = new CRC32C();
    for (int at = 0; at < length; at += LogRing.SECTOR) {
      ByteBuffer sector = ring.sector((long) start + at);
      if (at == 0) {
        crc.update(sector.limit(CHECKSUM_OFFSET));
        crc.update(new byte[Integer.BYTES]);
        sector.limit(LogRing.SECTOR).position(CHECKSUM_OFFSET + Integer.BYTES);
      }
      crc.update(sector);
    }
    return (int) crc.getValue();
  }
}
