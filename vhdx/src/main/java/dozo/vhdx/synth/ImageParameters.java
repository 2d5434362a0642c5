package dozo.vhdx.synth;

import dozo.vhdx.VirtualDisk;
import dozo.vhdx.format.BatGeometry;
import java.util.UUID;

/**
 * How a disk is to be presented.
 *
 * @param virtualDiskId what the disk answers in its SCSI page 83: the source's own, or a new one
 *     for a clone that is to run beside the original
 * @param dataWriteGuid the GUID by which differencing children know the file; a pure function of
 *     the restore point and the disk, so that they find it again after a remount
 * @param logicalSectorBytes 512 or 4096, the source's own
 * @param physicalSectorBytes 512 or 4096, the source's own
 * @param blockBytes a power of two from 1 MiB to 256 MiB
 */
public record ImageParameters(
    UUID virtualDiskId,
    UUID dataWriteGuid,
    int logicalSectorBytes,
    int physicalSectorBytes,
    int blockBytes) {

  /**
   * The block size for most uses: Hyper-V's own for differencing disks. Small blocks leave out more
   * of what holds no data.
   */
  public static final int DEFAULT_BLOCK_BYTES = 2 << 20;

  /** Checks the sizes. */
  public ImageParameters {
    if (!BatGeometry.isBlockSize(blockBytes)) {
      throw new IllegalArgumentException(
          "block size must be a power of two from 1 MiB to 256 MiB, not " + blockBytes);
    }
    new VirtualDisk(virtualDiskId, 4096, logicalSectorBytes, physicalSectorBytes);
  }

  /** The virtual disk around so many bytes. */
  VirtualDisk disk(long contentBytes) {
    long sectors = Math.ceilDiv(contentBytes, logicalSectorBytes);
    return new VirtualDisk(
        virtualDiskId, sectors * logicalSectorBytes, logicalSectorBytes, physicalSectorBytes);
  }
}
