package dozo.protocol;

import java.util.UUID;

/**
 * A disk that a session announces. Bounds are the server's to check, which answers {@code invalid}.
 *
 * @param name its name within the restore point
 * @param sizeBytes its size, all of which will be sent
 * @param logicalSectorBytes 512 or 4096
 * @param physicalSectorBytes 512 or 4096
 * @param identity the disk's own id, which a guest sees on SCSI page 83
 */
public record DiskSpec(
    String name, long sizeBytes, int logicalSectorBytes, int physicalSectorBytes, UUID identity) {}
