package dozo.server.mounts;

import java.util.Optional;

/**
 * An overlaid disk that is to be copied to real storage.
 *
 * @param disk its name
 * @param file the name of the copy in the server's directory of exports; empty if a copy that
 *     follows a guest is only to be ended
 * @param last whether the guest is to be refused further writes, and the copy ended; of an overlay
 *     that is not mounted every copy is
 */
public record ExportOrder(String disk, Optional<String> file, boolean last) {

  /** Checks the form of the texts. */
  public ExportOrder {
    if (file.isEmpty() && !last) {
      throw new IllegalArgumentException(
          "An export needs a file; without one it can only be told to \"switch\"");
    }
    if (file.isPresent() && !MountOrder.NAME.matcher(file.get()).matches()) {
      throw new IllegalArgumentException(
          "A file's name has up to 100 letters, digits, dots, dashes and underscores and does not"
              + " begin with a dot or dash, not: "
              + file.get());
    }
  }

  /**
   * Refuses a disk that the overlay does not have.
   *
   * @throws IllegalArgumentException if so
   */
  public void requireOf(HostOverlay overlay) {
    boolean isThere =
        overlay.disks().stream()
            .anyMatch(shown -> shown.equals(disk + ".vhdx") || shown.equals(disk + ".raw"));
    if (!isThere) {
      throw new IllegalArgumentException(
          "The overlay " + overlay.name() + " has no disk " + disk + ", but " + overlay.disks());
    }
  }
}
