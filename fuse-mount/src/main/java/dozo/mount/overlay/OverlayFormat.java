package dozo.mount.overlay;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.zip.CRC32C;

/** The numbers of {@code docs/overlay.md}. */
final class OverlayFormat {
  /** What is copied and mapped as a whole. */
  static final int BLOCK_BYTES = 4096;

  /** The longest image: a VHDX of 64 TiB with its frame, and room to grow. */
  static final long MAX_IMAGE_BYTES = 1L << 47;

  static final long MAX_BLOCKS = MAX_IMAGE_BYTES / BLOCK_BYTES;

  /** The least that a disk writes at a time; records begin at its multiples. */
  static final int SECTOR_BYTES = 512;

  static final int HEADER_BYTES = 4096;

  /** {@code "DOZO"} and {@code "OVLY"}, as little-endian integers. */
  static final int MAGIC = 0x4F5A4F44;

  static final int KIND = 0x594C564F;

  static final int VERSION = 1;

  private OverlayFormat() {}

  static int crc(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  static CorruptDataException corrupt(
      String what, Path file, long offset, Object expected, Object actual) {
    return new CorruptDataException(
        Fault.of(what)
            .file(file)
            .at(offset)
            .expected(String.valueOf(expected))
            .actual(String.valueOf(actual))
            .cure(
                "what was written to this overlay is damaged: copy its directory elsewhere before"
                    + " anything else; 'dozo overlay discard' gives it up"));
  }
}
