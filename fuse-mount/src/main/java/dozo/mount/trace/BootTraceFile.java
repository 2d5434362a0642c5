package dozo.mount.trace;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.ForeignFileException;
import dozo.format.FormatTooNewException;
import dozo.format.disk.DiskRange;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** The bytes of {@code docs/boot-trace.md}. */
final class BootTraceFile {
  /** {@code "DOZO"} and {@code "BOOT"}, as little-endian integers. */
  private static final int MAGIC = 0x4F5A4F44;

  private static final int KIND = 0x544F4F42;
  private static final int VERSION = 1;
  private static final int HEADER_BYTES = 56;
  private static final int RANGE_BYTES = 12;
  private static final int CRC_BYTES = 4;

  /** The longest file. */
  static final int MAX_BYTES = HEADER_BYTES + RANGE_BYTES * BootTrace.MAX_PAGES + CRC_BYTES;

  private BootTraceFile() {}

  /** Encodes a trace. */
  static ByteBuffer encode(TracedDisk disk, BootTrace trace, Instant recorded) {
    int count = trace.ranges().size();
    ByteBuffer bytes =
        ByteBuffer.allocate(HEADER_BYTES + RANGE_BYTES * count + CRC_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN);
    bytes.putInt(MAGIC).putInt(KIND);
    bytes.putShort((short) VERSION).putShort((short) 0);
    bytes.putInt(count);
    bytes.put(disk.key());
    bytes.putLong(recorded.toEpochMilli());
    for (DiskRange range : trace.ranges()) {
      bytes.putLong(range.offset()).putInt(Math.toIntExact(range.lengthBytes()));
    }
    bytes.putInt(crc(bytes.slice(0, bytes.position())));
    return bytes.flip();
  }

  /**
   * Decodes a whole file.
   *
   * @param file for errors
   * @throws DozoException if it is not the trace of this disk, or no trace at all
   */
  static BootTrace decode(ByteBuffer file, TracedDisk disk, Path path) throws DozoException {
    ByteBuffer bytes = file.slice().order(ByteOrder.LITTLE_ENDIAN);
    if (bytes.remaining() < HEADER_BYTES + CRC_BYTES
        || bytes.getInt() != MAGIC
        || bytes.getInt() != KIND) {
      throw new ForeignFileException(Fault.of("This is no boot trace").file(path));
    }
    int version = Short.toUnsignedInt(bytes.getShort());
    int flags = bytes.getShort();
    if (version > VERSION || flags != 0) {
      throw new FormatTooNewException(
          Fault.of("A newer version of Dozo wrote this boot trace")
              .file(path)
              .expected("version 1 without flags")
              .actual("version " + version + ", flags " + flags));
    }
    require(version == VERSION, path, "version 1", version);
    int count = bytes.getInt();
    int end = bytes.limit() - CRC_BYTES;
    require(
        count >= 0
            && count <= BootTrace.MAX_PAGES
            && end == HEADER_BYTES + (long) RANGE_BYTES * count,
        path,
        "a length that fits " + count + " ranges",
        bytes.limit());
    int crc = crc(bytes.slice(0, end));
    require(crc == bytes.getInt(end), path, "checksum " + crc, bytes.getInt(end));
    byte[] key = new byte[TracedDisk.KEY_BYTES];
    bytes.get(key);
    if (!Arrays.equals(key, disk.key())) {
      throw new ForeignFileException(Fault.of("This boot trace is of another disk").file(path));
    }
    bytes.position(HEADER_BYTES);
    return trace(bytes, count, path);
  }

  private static BootTrace trace(ByteBuffer bytes, int count, Path path)
      throws CorruptDataException {
    try {
      List<DiskRange> ranges = new ArrayList<>(count);
      for (int i = 0; i < count; i++) {
        ranges.add(new DiskRange(bytes.getLong(), Integer.toUnsignedLong(bytes.getInt())));
      }
      return new BootTrace(ranges);
    } catch (IllegalArgumentException e) {
      throw new CorruptDataException(
          Fault.of("The boot trace has ranges that no disk has: " + e.getMessage()).file(path));
    }
  }

  private static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  private static void require(boolean holds, Path path, Object expected, Object actual)
      throws CorruptDataException {
    if (!holds) {
      throw new CorruptDataException(
          Fault.of("The boot trace is damaged")
              .file(path)
              .expected(String.valueOf(expected))
              .actual(String.valueOf(actual)));
    }
  }
}
