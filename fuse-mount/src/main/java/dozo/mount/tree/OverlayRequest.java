package dozo.mount.tree;

import dozo.mount.image.VhdxForm;
import dozo.mount.overlay.Face;
import java.util.UUID;

/**
 * Which overlay is wanted. All but name and limit counts only if it has to be made.
 *
 * @param name the overlay's name
 * @param limitBytes how much data it may hold
 * @param face the form of the disks that is written to
 * @param blockBytes the block size of a VHDX
 * @param newIdentity whether disks get identities of their own
 */
public record OverlayRequest(
    String name, long limitBytes, Face face, int blockBytes, boolean newIdentity) {
  /** The usual form, without a limit. */
  public static OverlayRequest of(String name) {
    return new OverlayRequest(name, Long.MAX_VALUE, Face.VHDX, VhdxForm.USUAL.blockBytes(), false);
  }

  /** The identity that a disk gets. */
  UUID identity(UUID original) {
    return newIdentity ? UUID.randomUUID() : original;
  }
}
