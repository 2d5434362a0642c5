package dozo.client.source;

import dozo.format.manifest.Consistency;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A VM whose disks are files or devices that nobody writes to while they are read: a VM that is
 * off, an exported image, a snapshot of a volume.
 */
public final class FileVmSource implements VmSource {

  private final List<DiskFile> disks;
  private final List<Path> files;

  /**
   * Names the files, without opening them.
   *
   * @param disks at least one, of unequal names
   * @param files configuration files, each known by its last name
   * @throws IllegalArgumentException if there is no disk, or two things have one name
   */
  public FileVmSource(List<DiskFile> disks, List<Path> files) {
    if (disks.isEmpty()) {
      throw new IllegalArgumentException("A VM has at least one disk");
    }
    this.disks = List.copyOf(disks);
    this.files = List.copyOf(files);
    requireDistinct("disks", disks.stream().map(DiskFile::name).toList());
    requireDistinct("configuration files", files.stream().map(FileVmSource::nameOf).toList());
  }

  private static void requireDistinct(String what, List<String> names) {
    Set<String> seen = new HashSet<>();
    for (String name : names) {
      if (!seen.add(name)) {
        throw new IllegalArgumentException("Two " + what + " have the name " + name);
      }
    }
  }

  private static String nameOf(Path file) {
    return String.valueOf(file.getFileName());
  }

  @Override
  public Checkpoint checkpoint() throws IOException {
    List<AutoCloseable> open = new ArrayList<>();
    List<OpenDisk> openDisks = new ArrayList<>();
    List<RawFile> openFiles = new ArrayList<>();
    try {
      for (DiskFile disk : disks) {
        openDisks.add(open(disk));
        open.add(openDisks.getLast());
      }
      for (Path file : files) {
        openFiles.add(RawFile.open(nameOf(file), file));
        open.add(openFiles.getLast());
      }
      return new FileCheckpoint(Consistency.NONE, openDisks, openFiles);
    } catch (IOException | RuntimeException | Error e) {
      try {
        FileCheckpoint.closeAll(open);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private static OpenDisk open(DiskFile disk) throws IOException {
    OpenDisk open =
        switch (disk.format()) {
          case RAW -> RawDisk.open(disk.name(), disk.path());
          case VHDX -> VhdxDisk.open(disk.name(), disk.path());
        };
    return disk.changes().isPresent() ? new TrackedDisk(open, disk.changes().get()) : open;
  }

  /** Holds nothing between checkpoints. */
  @Override
  public void close() {}
}
