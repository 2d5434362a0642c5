package dozo.vhdx.format;

import java.util.UUID;

/**
 * One entry of the region table.
 *
 * @param id what the region is for
 * @param offset byte offset in the file
 * @param length bytes, unsigned 32 bits
 * @param required whether a reader that does not know the region must refuse the file
 */
public record Region(UUID id, long offset, long length, boolean required) {

  /** The block allocation table. */
  public static final UUID BAT = UUID.fromString("2dc27766-f623-4200-9d64-115e9bfd4a08");

  /** The metadata region. */
  public static final UUID METADATA = UUID.fromString("8b7ca206-4790-4b9a-b8fe-575f050f886e");

  /** The offset just behind the region. */
  public long end() {
    return offset + length;
  }

  /** Whether this is one of the two regions that every file has. */
  public boolean isKnown() {
    return id.equals(BAT) || id.equals(METADATA);
  }
}
