package dozo.server.mounts;

import dozo.format.manifest.RestorePoint;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What is to be mounted. Whether whoever asks may is decided before.
 *
 * @param directory the name of the mount point in the host's directory of mounts
 * @param point what to show; empty for all restore points
 * @param form how disks are shown, and whether they are written to
 * @param rights who may look inside
 * @param token the name of the token for which it is mounted
 */
public record MountOrder(
    String directory, Optional<RestorePoint> point, MountForm form, Rights rights, String token) {

  /** What names in the host's directories look like. */
  static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

  private static final int LONGEST_DERIVED = 80;
  private static final int ID_DIGITS = 8;

  /** Checks the name: it is one of a directory, and of no other than the one it is made in. */
  public MountOrder {
    requireName(directory);
    if (point.isEmpty() && form instanceof MountForm.Writing) {
      throw new IllegalArgumentException("A writable mount is of one restore point, not of all");
    }
  }

  static void requireName(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "A name in the directory of mounts has up to 100 letters, digits, dots, dashes and"
              + " underscores and does not begin with a dot or dash, not: "
              + name);
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
   * Who may look inside. Both are as {@code dozo mount} takes them, and what they mean is for it to
   * say.
   *
   * @param owner the user to whom files belong, with or without a group, such as {@code
   *     libvirt-qemu} or {@code 64055:64055}; empty for the server's own
   * @param mode who may do what with files, in octal, such as {@code 640}; empty for the usual one
   */
  public record Rights(Optional<String> owner, Optional<String> mode) {

    /** Those of a mount for which nothing was said. */
    public static final Rights USUAL = new Rights(Optional.empty(), Optional.empty());

    private static final String ACCOUNT = "[A-Za-z0-9_][A-Za-z0-9_.@-]{0,99}";
    private static final Pattern OWNER = Pattern.compile(ACCOUNT + "(:" + ACCOUNT + ")?");
    private static final Pattern MODE = Pattern.compile("0?[4-6][0-6]{2}");

    /** Checks the form of the texts. */
    public Rights {
      if (owner.isPresent() && !OWNER.matcher(owner.get()).matches()) {
        throw new IllegalArgumentException(
            "The member owner is a user, or user and group like libvirt-qemu:kvm or 64055:64055,"
                + " not \""
                + owner.get()
                + "\"");
      }
      if (mode.isPresent() && !MODE.matcher(mode.get()).matches()) {
        throw new IllegalArgumentException(
            "The member mode is a text in octal, 400 to 666 without the right to execute, such as"
                + " \"640\", not \""
                + mode.get()
                + "\"");
      }
    }
  }
}
