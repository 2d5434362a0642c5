package dozo.vhdx.format;

import dozo.vhdx.VhdxException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The checksum of headers and region tables: CRC-32C over the whole structure, in which the four
 * bytes of the checksum itself, at offset 4, count as zeros.
 */
final class Checksum {

  private static final int FIELD = 4;

  private Checksum() {}

  /** Computes the checksum of everything from index 0 to the buffer's limit. */
  static int of(ByteBuffer structure) {
    CRC32C crc = new CRC32C();
    crc.update(structure.slice(0, FIELD));
    crc.update(new byte[Integer.BYTES]);
    int rest = FIELD + Integer.BYTES;
    crc.update(structure.slice(rest, structure.limit() - rest));
    return (int) crc.getValue();
  }

  static void write(ByteBuffer structure) {
    structure.putInt(FIELD, of(structure));
  }

  static void verify(ByteBuffer structure, Place place) throws VhdxException {
    int stored = structure.getInt(FIELD);
    int computed = of(structure);
    if (stored != computed) {
      throw place.corrupt("checksum 0x%08x".formatted(computed), "0x%08x".formatted(stored));
    }
  }
}
