package dozo.protocol;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A disk that a session announces. Bounds are the server's to check, which answers {@code invalid}.
 *
 * @param name its name within the restore point
 * @param sizeBytes its size
 * @param logicalSectorBytes 512 or 4096
 * @param physicalSectorBytes 512 or 4096
 * @param identity the disk's own id, which a guest sees on SCSI page 83
 * @param base what ranges that are kept are kept from; null if all of the disk will be sent
 */
public record DiskSpec(
    String name,
    long sizeBytes,
    int logicalSectorBytes,
    int physicalSectorBytes,
    UUID identity,
    @Nullable BaseSpec base) {

  /** A disk without a base. */
  public DiskSpec(
      String name, long sizeBytes, int logicalSectorBytes, int physicalSectorBytes, UUID identity) {
    this(name, sizeBytes, logicalSectorBytes, physicalSectorBytes, identity, null);
  }
}
