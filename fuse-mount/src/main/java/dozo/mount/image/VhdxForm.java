package dozo.mount.image;

import dozo.vhdx.format.BatGeometry;
import dozo.vhdx.synth.ImageParameters;
import java.util.Optional;
import java.util.UUID;

/**
 * What is chosen of a VHDX image; all else follows from the restore point.
 *
 * @param blockBytes a power of two from 1 MiB to 256 MiB
 * @param newIdentity what the disk shall answer on SCSI page 83 instead of what the original
 *     answers, for a clone that runs beside it
 */
public record VhdxForm(int blockBytes, Optional<UUID> newIdentity) {
  /** The usual block size, and the original's identity. */
  public static final VhdxForm USUAL =
      new VhdxForm(ImageParameters.DEFAULT_BLOCK_BYTES, Optional.empty());

  /** Checks the block size. */
  public VhdxForm {
    if (!BatGeometry.isBlockSize(blockBytes)) {
      throw new IllegalArgumentException(
          "A VHDX has blocks of 1 MiB to 256 MiB, a power of two, not of " + blockBytes + " bytes");
    }
  }
}
