package dozo.cli;

import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.disk.DiskReader;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.mount.partition.ContentProbe;
import dozo.mount.partition.PartitionReader;
import dozo.mount.partition.PartitionTable;
import dozo.mount.read.ReadCache;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is on the disks of a restore point.
 *
 * @param point the restore point
 * @param disks those that were asked for, in its order
 */
record Volumes(RestorePoint point, List<OnDisk> disks) {

  /** A disk's table, and what its partitions hold. */
  record OnDisk(DiskEntry disk, PartitionTable table, List<Volume> volumes) {
    OnDisk {
      volumes = List.copyOf(volumes);
    }
  }

  Volumes {
    disks = List.copyOf(disks);
  }

  /**
   * Looks at the disks.
   *
   * @param name of the only one to look at; empty for all
   * @throws NotFoundException if there is no disk of that name
   */
  static Volumes find(Access access, ReadCache cache, RestorePoint point, String name)
      throws IOException {
    List<OnDisk> found = new ArrayList<>();
    for (DiskEntry disk : point.disks()) {
      if (name.isEmpty() || disk.name().equals(name)) {
        found.add(look(access, cache, point, disk));
      }
    }
    if (found.isEmpty()) {
      throw new NotFoundException(
          Fault.of("The restore point has no disk " + (name.isEmpty() ? "" : "\"" + name + "\""))
              .in("restore point " + point.id())
              .cure("'dozo show " + point.id() + "' lists them"));
    }
    return new Volumes(point, found);
  }

  private static OnDisk look(Access access, ReadCache cache, RestorePoint point, DiskEntry disk)
      throws IOException {
    try (DiskReader reader = cache.open(access.openDisk(point.id(), disk.name()))) {
      PartitionTable table = PartitionTable.read(reader, disk.geometry().logicalSectorBytes());
      List<Volume> volumes = new ArrayList<>();
      for (var partition : table.partitions()) {
        try (DiskReader part = new PartitionReader(reader, partition)) {
          volumes.add(new Volume(disk, partition, ContentProbe.probe(part)));
        }
      }
      return new OnDisk(disk, table, volumes);
    }
  }

  /**
   * Finds the one that a person means.
   *
   * @param number of the partition; negative for the only one that has files
   * @throws NotFoundException if there is none
   * @throws IllegalArgumentException if there are several
   */
  Volume choose(int number) throws NotFoundException {
    List<Volume> fitting =
        disks.stream()
            .flatMap(each -> each.volumes().stream())
            .filter(each -> number < 0 ? each.isReadable() : each.partition().number() == number)
            .toList();
    if (fitting.isEmpty()) {
      throw new NotFoundException(
          Fault.of(
                  number < 0
                      ? "There is no file system whose files could be read"
                      : "There is no partition " + number)
              .in("restore point " + point.id())
              .cure("'dozo files list " + point.id() + "' shows what there is"));
    }
    if (fitting.size() > 1) {
      throw new IllegalArgumentException(
          "There are several file systems; say which: "
              + fitting.stream()
                  .map(each ->
                      point.vm().name()
                          + ":"
                          + each.place()
                          + " ("
                          + each.content().kind().title()
                          + ")")
                  .collect(Collectors.joining(", ")));
    }
    return fitting.getFirst();
  }
}
