package dozo.server.mounts;

import dozo.format.manifest.RestorePoint;
import java.util.Optional;

/**
 * What is to be served by NBD. Whether whoever asks may is decided before.
 *
 * @param name that of the Unix socket, without an ending, in the host's directory of mounts
 * @param point whose disks are served
 * @param writing through which overlay they are written to, always raw; empty if they are not
 * @param token the name of the token for which it is served
 */
public record NbdOrder(String name, RestorePoint point, Optional<Writing> writing, String token) {

  /**
   * An overlay.
   *
   * @param overlay its name; empty for the usual one
   * @param limit how much it may hold, such as {@code 50G}; empty for what the file system has
   */
  public record Writing(Optional<String> overlay, Optional<String> limit) {

    /** Checks the form. */
    public Writing {
      var _ = new MountForm.Writing(overlay, limit, Optional.of("raw"), Optional.empty(), false);
    }
  }

  /** Checks the name. */
  public NbdOrder {
    MountOrder.requireName(name);
  }
}
