package dozo.format.manifest;

import dozo.format.Limits;

/**
 * The size of a disk and of its sectors.
 *
 * @param sizeBytes 0 to 64 TiB, a multiple of the logical sector
 * @param logicalSectorBytes 512 or 4096
 * @param physicalSectorBytes 512 or 4096
 */
public record DiskGeometry(long sizeBytes, int logicalSectorBytes, int physicalSectorBytes) {

  /** The largest disk in bytes: 64 TiB, the largest that a VHDX can hold. */
  public static final long MAXIMUM_BYTES = Limits.DISK_BYTES;

  /** Checks the bounds. */
  public DiskGeometry {
    checkSector("logical", logicalSectorBytes);
    checkSector("physical", physicalSectorBytes);
    if (sizeBytes < 0 || sizeBytes > MAXIMUM_BYTES) {
      throw new IllegalArgumentException("A disk has 0 bytes to 64 TiB, not " + sizeBytes);
    }
    if (sizeBytes % logicalSectorBytes != 0) {
      throw new IllegalArgumentException(
          "A disk's size is a multiple of its logical sector of "
              + logicalSectorBytes
              + " bytes; "
              + sizeBytes
              + " is not");
    }
  }

  private static void checkSector(String which, int bytes) {
    if (bytes != 512 && bytes != 4096) {
      throw new IllegalArgumentException(
          "A " + which + " sector has 512 or 4096 bytes, not " + bytes);
    }
  }
}
