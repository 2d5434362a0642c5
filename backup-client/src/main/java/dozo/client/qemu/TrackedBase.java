package dozo.client.qemu;

import dozo.format.manifest.RestorePointId;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What a disk's bitmaps say of an earlier restore point.
 *
 * @param point the restore point since which writes were noted; empty if there is none
 * @param reason why the disk has to be read whole; empty if it has not
 */
record TrackedBase(Optional<RestorePointId> point, String reason) {

  /** Looks for the latest restore point whose bitmap can be used. */
  static TrackedBase of(Drive drive, BitmapNames names) {
    List<Drive.Bitmap> bases =
        drive.bitmaps().stream().filter(each -> names.point(each.name()).isPresent()).toList();
    Optional<RestorePointId> latest =
        bases.stream()
            .filter(each -> each.recording() && !each.inconsistent() && !each.busy())
            .flatMap(each -> names.point(each.name()).stream())
            .max(Comparator.naturalOrder());
    if (latest.isPresent()) {
      return new TrackedBase(latest, "");
    }
    return new TrackedBase(
        Optional.empty(),
        bases.isEmpty() ? "qemu has no bitmap of an earlier backup for it" : why(bases.getLast()));
  }

  private static String why(Drive.Bitmap bitmap) {
    String what = "the bitmap " + bitmap.name();
    if (bitmap.inconsistent()) {
      return what + " was not saved when qemu ended";
    }
    return bitmap.busy() ? what + " is in use" : what + " was switched off";
  }
}
