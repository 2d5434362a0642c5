package dozo.server.mounts;

import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How a mount shows disks. Only the form of the texts is checked here; what they mean is for
 * whoever mounts.
 */
public sealed interface MountForm {

  /**
   * Read-only.
   *
   * @param faces the formats that each disk is shown in, such as {@code qcow2}; none for the usual
   *     ones
   * @param blockSize of a VHDX, such as {@code 2M}; empty for the usual one
   * @param newIdentity whether disks get identities of their own
   */
  record Reading(List<String> faces, Optional<String> blockSize, boolean newIdentity)
      implements MountForm {

    private static final int MOST_FACES = 16;
    private static final Pattern FACE = Pattern.compile("[a-z0-9]{1,16}");

    /** Keeps a copy, and checks the form. */
    public Reading {
      faces = List.copyOf(faces);
      if (faces.size() > MOST_FACES) {
        throw new IllegalArgumentException(
            "A mount has at most " + MOST_FACES + " faces, not " + faces.size());
      }
      for (String face : faces) {
        if (!FACE.matcher(face).matches()) {
          throw new IllegalArgumentException("A face is a format like qcow2, not \"" + face + "\"");
        }
      }
      requireSize("blockSize", blockSize);
    }
  }

  /**
   * Through an overlay. All but name and limit count only if that has to be made.
   *
   * @param overlay the overlay's name; empty for the usual one
   * @param limit how much it may hold, such as {@code 50G}; empty for what the file system has
   * @param face {@code vhdx} or {@code raw}; empty for the usual one
   * @param blockSize of a VHDX, such as {@code 2M}; empty for the usual one
   * @param newIdentity whether disks get identities of their own
   */
  record Writing(
      Optional<String> overlay,
      Optional<String> limit,
      Optional<String> face,
      Optional<String> blockSize,
      boolean newIdentity)
      implements MountForm {

    /** Checks the form. */
    public Writing {
      if (overlay.isPresent() && !MountOrder.NAME.matcher(overlay.get()).matches()) {
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
  }

  private static void requireSize(String what, Optional<String> text) {
    if (text.isPresent() && !text.get().matches("[0-9]{1,15}[KMGT]?")) {
      throw new IllegalArgumentException(
          "The member " + what + " is a size like 50G, not \"" + text.get() + "\"");
    }
  }
}
