package dozo.mount.image;

import dozo.format.disk.DiskReader;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePointId;
import dozo.vhdx.synth.ImageParameters;
import dozo.vhdx.synth.VhdxImage;
import java.io.IOException;
import java.util.UUID;

/** Makes VHDX images of the disks of restore points. */
public final class VhdxImages {
  private VhdxImages() {}

  /**
   * Lays a VHDX file around a disk. Its bytes follow from the restore point alone: it is the same
   * file at any time and on any host.
   *
   * @param reader reads the disk, for as long as the image is used
   * @throws IOException if the disk cannot tell which of its blocks hold data
   */
  public static VhdxImage of(RestorePointId point, DiskEntry disk, DiskReader reader)
      throws IOException {
    return of(point, disk, VhdxForm.USUAL, reader);
  }

  /**
   * Lays a VHDX file of a chosen form around a disk.
   *
   * @param reader reads the disk, for as long as the image is used
   * @throws IOException if the disk cannot tell which of its blocks hold data
   */
  public static VhdxImage of(RestorePointId point, DiskEntry disk, VhdxForm form, DiskReader reader)
      throws IOException {
    ImageParameters parameters =
        new ImageParameters(
            form.newIdentity().orElse(disk.identity()),
            dataWriteGuid(point, disk, form),
            disk.geometry().logicalSectorBytes(),
            disk.geometry().physicalSectorBytes(),
            form.blockBytes());
    return VhdxImage.of(new PresentContent(reader, parameters.blockBytes()), parameters);
  }

  /**
   * A UUID of version 3 (RFC 9562), from the restore point's id and the disk's name, and from what
   * makes the file another one: a differencing child must not fit two files that differ.
   */
  private static UUID dataWriteGuid(RestorePointId point, DiskEntry disk, VhdxForm form) {
    StringBuilder name = new StringBuilder().append(point).append(' ').append(disk.name());
    if (form.blockBytes() != ImageParameters.DEFAULT_BLOCK_BYTES) {
      name.append(" block ").append(form.blockBytes());
    }
    form.newIdentity().ifPresent(identity -> name.append(" identity ").append(identity));
    return ImageIds.ofName(name);
  }
}
