package dozo.cli;

import dozo.cli.files.Driver;
import dozo.format.manifest.DiskEntry;
import dozo.mount.partition.Content;
import dozo.mount.partition.Partition;

/**
 * A partition of a restore point's disk, or a disk without partitions, and what it holds.
 *
 * @param disk the disk
 * @param partition where on it
 * @param content what its first blocks say
 */
record Volume(DiskEntry disk, Partition partition, Content content) {

  /** How a person names it behind the restore point, such as {@code disk0:2}. */
  String place() {
    return partition.number() == Partition.WHOLE_DISK
        ? disk.name()
        : disk.name() + ":" + partition.number();
  }

  /** Whether there are files that can be got out. */
  boolean isReadable() {
    return Driver.confined(content.kind()).isPresent() || Driver.kernel(content.kind()).isPresent();
  }
}
