package dozo.mount.overlay;

import java.util.UUID;

/**
 * What a disk of an overlay lies over.
 *
 * @param name the disk's name in the restore point
 * @param face the form of it that is written to
 * @param imageBytes the length of the image beneath
 * @param imageId 64 hexadecimal digits that tell the image from every other
 * @param identity what the disk answers on SCSI page 83
 * @param imageBlockBytes the block size of a VHDX; 0 for the disk itself
 */
public record OverlayDisk(
    String name, Face face, long imageBytes, String imageId, UUID identity, int imageBlockBytes) {

  static OverlayDisk of(OverlayHeader header) {
    return new OverlayDisk(
        header.disk(),
        header.face(),
        header.imageBytes(),
        header.imageId(),
        header.identity(),
        header.imageBlockBytes());
  }
}
