package dozo.mount.tree;

import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.mount.image.ImageFormat;
import dozo.mount.image.ImageIds;
import dozo.mount.image.VhdxForm;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * How disks are shown that are only read.
 *
 * @param formats the files that each disk gets, of those that it fits; a VMDK brings the raw disk
 *     along, which holds its bytes
 * @param blockBytes the block size of a VHDX
 * @param clonesAt where they are shown, if disks get identities that follow from the place instead
 *     of the originals' own
 */
public record ShownFaces(Set<ImageFormat> formats, int blockBytes, Optional<Path> clonesAt) {
  /** A VHDX and the raw disk, with the original's identity. */
  public static final ShownFaces USUAL =
      new ShownFaces(
          EnumSet.of(ImageFormat.RAW, ImageFormat.VHDX),
          VhdxForm.USUAL.blockBytes(),
          Optional.empty());

  /** Checks the block size, and that there is a format. */
  public ShownFaces {
    if (formats.isEmpty()) {
      throw new IllegalArgumentException("At least one format is needed");
    }
    EnumSet<ImageFormat> all = EnumSet.copyOf(formats);
    if (all.contains(ImageFormat.VMDK)) {
      all.add(ImageFormat.RAW);
    }
    formats = Set.copyOf(all);
    new VhdxForm(blockBytes, Optional.empty());
  }

  /** The form that a disk's image gets. */
  VhdxForm form(RestorePoint point, DiskEntry disk) {
    return new VhdxForm(
        blockBytes, clonesAt.map(place -> ImageIds.ofClone(point.id(), disk, place)));
  }
}
