package dozo.server.mounts;

import dozo.format.manifest.RestorePoint;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is to be mounted. Whether whoever asks may is decided before.
 *
 * @param directory the name of the mount point in the host's directory of mounts
 * @param point what to show; empty for all restore points
 * @param writing how it is written to; empty for a read-only mount
 * @param token the name of the token for which it is mounted
 */
public record MountOrder(
    String directory, Optional<RestorePoint> point, Optional<Writing> writing, String token) {

  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");
  private static final int LONGEST_DERIVED = 80;
  private static final int ID_DIGITS = 8;

  /** Checks the name: it is one of a directory, and of no other than the one it is made in. */
  public MountOrder {
    if (!NAME.matcher(directory).matches()) {
      throw new IllegalArgumentException(
          "A directory's name has up to 100 letters, digits, dots, dashes and underscores and does"
              + " not begin with a dot or dash, not: "
              + directory);
    }
    if (point.isEmpty() && writing.isPresent()) {
      throw new IllegalArgumentException("A writable mount is of one restore point, not of all");
    }
  }

  /** The usual name of a mount point: that of the VM, and the end of the restore point's id. */
  public static String usualName(RestorePoint point) {
    String safe =
        point.vm().name().replaceAll("[^A-Za-z0-9._-]", "_").replaceFirst("^([.-]|$)", "_");
    String id = point.id().toString();
    return safe.substring(0, Math.min(LONGEST_DERIVED, safe.length()))
        + "-"
        + id.substring(id.length() - ID_DIGITS);
  }

  /**
   * How a mount is written to. All but name and limit count only if the overlay has to be made.
   *
   * @param overlay the overlay's name; empty for the usual one
   * @param limit how much it may hold, such as {@code 50G}; empty for what the file system has
   * @param face {@code vhdx} or {@code raw}; empty for the usual one
   * @param blockSize of a VHDX, such as {@code 2M}; empty for the usual one
   * @param newIdentity whether disks get identities of their own
   */
  public record Writing(
      Optional<String> overlay,
      Optional<String> limit,
      Optional<String> face,
      Optional<String> blockSize,
      boolean newIdentity) {

    private static final Pattern SIZE = Pattern.compile("[0-9]{1,15}[KMGT]?");

    /** Checks the form of the texts; what they mean is for whoever mounts. */
    public Writing {
      if (overlay.isPresent() && !NAME.matcher(overlay.get()).matches()) {
        throw new IllegalArgumentException(
            "An overlay's name has up to 100 letters, digits, dots, dashes and underscores, not: "
                + overlay.get());
      }
      if (face.isPresent() && !face.get().equals("vhdx") && !face.get().equals("raw")) {
        throw new IllegalArgumentException("A face is vhdx or raw, not " + face.get());
      }
      requireSize("limit", limit);
      requireSize("blockSize", blockSize);
    }

    private static void requireSize(String what, Optional<String> text) {
      if (text.isPresent() && !SIZE.matcher(text.get()).matches()) {
        throw new IllegalArgumentException(
            "The member " + what + " is a size like 50G, not \"" + text.get() + "\"");
      }
    }
  }
}
