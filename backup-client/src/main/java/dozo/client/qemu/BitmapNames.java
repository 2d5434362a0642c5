package dozo.client.qemu;

import dozo.format.manifest.RestorePointId;
import java.util.Optional;

/**
 * How our bitmaps are named: {@code dozo.CHAIN.RESTORE-POINT} holds what was written since that
 * restore point, and nothing else is ever a base. That it stands in the name, which qemu keeps in
 * the disk's own file, is what makes it right after a move to another host, after a copy of the
 * file was put back, and where two repositories have backups of the machine.
 *
 * @param chain one word for each series of backups, so that two do not disturb each other
 */
record BitmapNames(String chain) {

  private static final String PREFIX = "dozo.";

  BitmapNames {
    if (!chain.matches("[A-Za-z0-9_-]{1,32}")) {
      throw new IllegalArgumentException(
          "The name of a chain has 1 to 32 letters, digits, _ and -, not \"" + chain + "\"");
    }
  }

  private String prefix() {
    return PREFIX + chain + ".";
  }

  /** Holds what was written since a restore point. */
  String base(RestorePointId point) {
    return prefix() + point;
  }

  /** Holds what is written from a checkpoint on, which is no restore point yet. */
  String pending(String checkpoint) {
    return prefix() + "new." + checkpoint;
  }

  /** Holds what had been written when the checkpoint was made; it stands still. */
  String frozen(String checkpoint) {
    return prefix() + "read." + checkpoint;
  }

  /** Whether a bitmap is of this chain. */
  boolean isOurs(String name) {
    return name.startsWith(prefix());
  }

  /** The restore point that a bitmap tells the changes since; empty if it is no base of ours. */
  Optional<RestorePointId> point(String name) {
    if (!isOurs(name)) {
      return Optional.empty();
    }
    try {
      return Optional.of(RestorePointId.parse(name.substring(prefix().length())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
