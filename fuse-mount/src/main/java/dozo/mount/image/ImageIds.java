package dozo.mount.image;

import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePointId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;

/** Ids of images: UUIDs of version 3 (RFC 9562), so that they follow from what they stand for. */
public final class ImageIds {
  private ImageIds() {}

  /**
   * The id by which a format knows the content of a file. It differs between restore points, so
   * that a differencing child of one never fits another.
   */
  static UUID of(RestorePointId point, DiskEntry disk, String kind, Optional<UUID> newIdentity) {
    StringBuilder name =
        new StringBuilder().append(point).append(' ').append(disk.name()).append(' ').append(kind);
    newIdentity.ifPresent(identity -> name.append(" identity ").append(identity));
    return ofName(name);
  }

  /**
   * The identity of a clone: another one for each place, and the same one when the same restore
   * point is shown or restored there again, so that what was begun can be gone on with.
   *
   * @param place where the clone is: a mount point, or a file
   */
  public static UUID ofClone(RestorePointId point, DiskEntry disk, Path place) {
    return ofName(
        "clone of " + point + " " + disk.name() + " at " + place.toAbsolutePath().normalize());
  }

  static UUID ofName(CharSequence name) {
    return UUID.nameUUIDFromBytes(name.toString().getBytes(StandardCharsets.UTF_8));
  }
}
