package dozo.mount.image;

import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import java.util.HexFormat;
import java.util.Optional;
import java.util.UUID;

/**
 * The text that makes a raw disk a VMDK of the type {@code monolithicFlat} ("Virtual Disk Format
 * 5.0", VMware 2011, sections "The Header", "The Extents", "The Disk Database").
 *
 * <p>The content id (CID) follows from the restore point, so that a child or a snapshot that was
 * made over the disk finds it again. The geometry is the one that VMware's SCSI adapters report: 64
 * heads of 32 sectors below 1 GiB, 128 of 32 below 2 GiB, 255 of 63 from there on. The access is
 * {@code RW} although nobody can write to a mount: qemu passes over extents of any other access.
 */
public final class VmdkDescriptor {
  private static final int SECTOR_BYTES = 512;

  /** Not to be used: all ones mean that there is no parent; the one before it, no content. */
  private static final int LARGEST_CONTENT_ID = 0xFFFF_FFFD;

  private VmdkDescriptor() {}

  /**
   * Writes the descriptor of a disk.
   *
   * @param extent the name of the file beside it that holds the disk's bytes
   * @throws IllegalArgumentException if the disk cannot have the format, or the format the name: it
   *     knows no escapes
   */
  public static String of(
      RestorePoint point, DiskEntry disk, Optional<UUID> newIdentity, String extent) {
    ImageFormat.VMDK.require(disk);
    if (extent.chars().anyMatch(each -> each < ' ' || each == '"')) {
      throw new IllegalArgumentException(
          "A .vmdk cannot name a file whose name has quotes or control characters: " + extent);
    }
    UUID id = ImageIds.of(point.id(), disk, "vmdk", newIdentity);
    HexFormat hex = HexFormat.of();
    String contentId = hex.toHexDigits(contentId(id));
    String longContentId =
        hex.toHexDigits(id.getMostSignificantBits())
            + hex.toHexDigits((int) (id.getLeastSignificantBits() >>> Integer.SIZE))
            + contentId;
    long size = disk.geometry().sizeBytes();
    int heads = size < 1L << 30 ? 64 : size < 2L << 30 ? 128 : 255;
    int perTrack = heads == 255 ? 63 : 32;
    return """
    # Disk DescriptorFile
    version=1
    encoding="UTF-8"
    CID=%s
    parentCID=ffffffff
    isNativeSnapshot="no"
    createType="monolithicFlat"

    # Extent description
    RW %d FLAT "%s" 0

    # The Disk Data Base
    #DDB

    ddb.adapterType = "lsilogic"
    ddb.geometry.cylinders = "%d"
    ddb.geometry.heads = "%d"
    ddb.geometry.sectors = "%d"
    ddb.longContentID = "%s"
    ddb.virtualHWVersion = "10"
    """
        .formatted(
            contentId,
            size / SECTOR_BYTES,
            extent,
            size / SECTOR_BYTES / heads / perTrack,
            heads,
            perTrack,
            longContentId);
  }

  private static int contentId(UUID id) {
    int low = (int) id.getLeastSignificantBits();
    return low == 0 || Integer.compareUnsigned(low, LARGEST_CONTENT_ID) > 0 ? 1 : low;
  }
}
