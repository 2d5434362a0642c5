package dozo.mount.tree;

import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointJson;
import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedNode;
import dozo.mount.image.DiskImages;
import dozo.mount.image.ImageFormat;
import dozo.mount.image.VhdxForm;
import dozo.mount.image.VmdkDescriptor;
import dozo.mount.read.ReadCache;
import dozo.mount.trace.TracedDisk;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the directories of restore points. Nothing is opened for it. */
final class RestorePointDirectories {
  private static final String CONFIGURATION = "config";
  private static final String DESCRIPTION = "restore-point.json";

  private static final Logger log = LoggerFactory.getLogger(RestorePointDirectories.class);

  private final RestorePoints points;
  private final ShownFaces faces;
  private final ReadCache cache;

  RestorePointDirectories(RestorePoints points, ShownFaces faces, ReadCache cache) {
    this.points = points;
    this.faces = faces;
    this.cache = cache;
  }

  /**
   * Makes the directory of a restore point.
   *
   * @param inode the directory's own number; those of what is in it follow from the restore point
   */
  MountedDirectory of(RestorePoint point, long inode) {
    Map<String, MountedNode> children = new TreeMap<>();
    Set<String> taken = new HashSet<>();
    for (DiskEntry disk : point.disks()) {
      addDisk(children, taken, point, disk);
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

  /** Adds a disk's files. Names are taken for all formats, so that they are always the same. */
  private void addDisk(
      Map<String, MountedNode> children, Set<String> taken, RestorePoint point, DiskEntry disk) {
    SharedDisk shared =
        new SharedDisk(
            () ->
                cache.open(
                    TracedDisk.of(point, disk), () -> points.openDisk(point.id(), disk.name())),
            disk.geometry().sizeBytes());
    Map<ImageFormat, String> names = new EnumMap<>(ImageFormat.class);
    for (ImageFormat format : ImageFormat.values()) {
      String name = FileNames.free(disk.name(), format.suffix(), taken);
      taken.add(name);
      names.put(format, name);
    }
    names.forEach((format, name) -> {
      if (faces.formats().contains(format)) {
        Optional<String> refusal = format.refusal(disk.geometry());
        if (refusal.isEmpty()) {
          children.put(name, file(point, disk, shared, format, names));
        } else if (disk.geometry().sizeBytes() > 0) {
          log.warn(
              "disk left out format={} restore_point={} disk={}: {}",
              format.word(),
              point.id(),
              disk.name(),
              refusal.get());
        }
      }
    });
  }

  private MountedNode file(
      RestorePoint point,
      DiskEntry disk,
      SharedDisk shared,
      ImageFormat format,
      Map<ImageFormat, String> names) {
    long inode = inode(point, Objects.requireNonNull(names.get(format)));
    VhdxForm form = faces.form(point, disk);
    return switch (format) {
      case VMDK -> {
        String raw = Objects.requireNonNull(names.get(ImageFormat.RAW));
        String text = VmdkDescriptor.of(point, disk, form.newIdentity(), raw);
        yield new BytesFile(inode, text.getBytes(StandardCharsets.UTF_8), point.created());
      }
      case VHDX ->
          new ImageFile(
              inode,
              point.created(),
              shared,
              () -> {
                try (SharedDisk.Lease _ = shared.lease()) {
                  return DiskImages.of(format, point, disk, form, shared.whileLeased());
                }
              });
      case RAW, QCOW2, VHD ->
          new ImageFile(
              inode,
              point.created(),
              shared,
              () -> DiskImages.of(format, point, disk, form, shared.whileLeased()));
    };
  }

  private MountedDirectory configuration(RestorePoint point) {
    Map<String, MountedNode> children = new TreeMap<>();
    for (FileEntry file : point.files()) {
      SharedDisk shared =
          new SharedDisk(
              () -> cache.open(points.openFile(point.id(), file.name())), file.sizeBytes());
      String name = FileNames.free(file.name(), "", children.keySet());
      children.put(
          name,
          new ImageFile(
              inode(point, CONFIGURATION + "/" + name),
              point.created(),
              shared,
              () -> DiskImages.ofBytes(shared.whileLeased(), file.map().dataBytes())));
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
