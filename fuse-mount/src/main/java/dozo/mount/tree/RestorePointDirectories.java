package dozo.mount.tree;

import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointJson;
import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedNode;
import dozo.mount.read.ReadCache;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.TreeMap;

/** Makes the directories of restore points. Nothing is opened for it. */
final class RestorePointDirectories {
  private static final String CONFIGURATION = "config";
  private static final String DESCRIPTION = "restore-point.json";

  private final RestorePoints points;
  private final ReadCache cache;

  RestorePointDirectories(RestorePoints points, ReadCache cache) {
    this.points = points;
    this.cache = cache;
  }

  /**
   * Makes the directory of a restore point.
   *
   * @param inode the directory's own number; those of what is in it follow from the restore point
   */
  MountedDirectory of(RestorePoint point, long inode) {
    Map<String, MountedNode> children = new TreeMap<>();
    for (DiskEntry disk : point.disks()) {
      addDisk(children, point, disk);
    }
    return withRest(children, point, inode);
  }

  /** Makes the directory of a restore point whose disks are written to; it is the root. */
  MountedDirectory of(OverlaidPoint overlaid, Clock clock) {
    RestorePoint point = overlaid.point();
    Map<String, MountedNode> children = new TreeMap<>();
    for (OverlaidDisk disk : overlaid.disks()) {
      String name =
          FileNames.free(disk.entry().name(), disk.form().face().suffix(), children.keySet());
      children.put(name, new OverlaidFile(inode(point, name), disk, clock.instant(), clock));
    }
    return withRest(children, point, Inodes.ROOT);
  }

  private MountedDirectory withRest(
      Map<String, MountedNode> children, RestorePoint point, long inode) {
    if (!point.files().isEmpty()) {
      children.put(CONFIGURATION, configuration(point));
    }
    children.put(DESCRIPTION, description(point));
    return new FixedDirectory(inode, point.created(), children);
  }

  private void addDisk(Map<String, MountedNode> children, RestorePoint point, DiskEntry disk) {
    SharedDisk shared =
        new SharedDisk(
            () -> points.openDisk(point.id(), disk.name()), cache, disk.geometry().sizeBytes());
    String raw = FileNames.free(disk.name(), ".raw", children.keySet());
    children.put(
        raw, new RawFile(inode(point, raw), shared, disk.map().dataBytes(), point.created()));
    if (disk.geometry().sizeBytes() > 0) {
      String vhdx = FileNames.free(disk.name(), ".vhdx", children.keySet());
      children.put(vhdx, new VhdxFile(inode(point, vhdx), point, disk, shared));
    }
  }

  private MountedDirectory configuration(RestorePoint point) {
    Map<String, MountedNode> children = new TreeMap<>();
    for (FileEntry file : point.files()) {
      SharedDisk shared =
          new SharedDisk(() -> points.openFile(point.id(), file.name()), cache, file.sizeBytes());
      String name = FileNames.free(file.name(), "", children.keySet());
      children.put(
          name,
          new RawFile(
              inode(point, CONFIGURATION + "/" + name),
              shared,
              file.map().dataBytes(),
              point.created()));
    }
    return new FixedDirectory(inode(point, CONFIGURATION), point.created(), children);
  }

  private static MountedNode description(RestorePoint point) {
    String json = RestorePointJson.toTree(point).toPrettyString() + "\n";
    return new BytesFile(
        inode(point, DESCRIPTION), json.getBytes(StandardCharsets.UTF_8), point.created());
  }

  private static long inode(RestorePoint point, String path) {
    return Inodes.of(point.id() + "/" + path);
  }
}
