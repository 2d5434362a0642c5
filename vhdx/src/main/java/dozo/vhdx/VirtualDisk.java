package dozo.vhdx;

import java.util.UUID;

/**
 * A virtual disk as its guest sees it.
 *
 * @param id what the disk answers in its SCSI page 83; the same in all files of a chain
 * @param sizeBytes from one sector to 64 TiB, a multiple of the logical sector size
 * @param logicalSectorBytes 512 or 4096
 * @param physicalSectorBytes 512 or 4096
 */
public record VirtualDisk(
    UUID id, long sizeBytes, int logicalSectorBytes, int physicalSectorBytes) {

  /** The largest virtual disk that the format allows. */
  public static final long MAX_SIZE_BYTES = 64L << 40;

  /** Checks sizes against the format's limits. */
  public VirtualDisk {
    requireSector("logical", logicalSectorBytes);
    requireSector("physical", physicalSectorBytes);
    if (sizeBytes <= 0 || sizeBytes > MAX_SIZE_BYTES || sizeBytes % logicalSectorBytes != 0) {
      throw new IllegalArgumentException(
          "disk size must be a multiple of %d from 1 to %d bytes, not %d"
              .formatted(logicalSectorBytes, MAX_SIZE_BYTES, sizeBytes));
    }
  }

  private static void requireSector(String kind, int bytes) {
    if (bytes != 512 && bytes != 4096) {
      throw new IllegalArgumentException(kind + " sector must be 512 or 4096 bytes, not " + bytes);
    }
  }
}
