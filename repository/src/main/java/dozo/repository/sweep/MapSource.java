package dozo.repository.sweep;

import dozo.format.manifest.MapRoot;
import dozo.format.manifest.RestorePoint;
import java.util.ArrayList;
import java.util.List;

/**
 * A disk or configuration file of a restore point.
 *
 * @param point the restore point
 * @param name the disk's or file's name
 * @param root where its map begins
 */
record MapSource(RestorePoint point, String name, MapRoot root) {

  /** All disks and files of restore points. */
  static List<MapSource> of(List<RestorePoint> points) {
    List<MapSource> sources = new ArrayList<>();
    for (RestorePoint point : points) {
      point.disks().forEach(disk -> sources.add(new MapSource(point, disk.name(), disk.map())));
      point.files().forEach(file -> sources.add(new MapSource(point, file.name(), file.map())));
    }
    return sources;
  }

  /** What it is called in errors. */
  String describe() {
    return "restore point " + point.id() + ", " + name;
  }
}
