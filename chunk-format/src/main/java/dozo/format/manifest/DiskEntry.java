package dozo.format.manifest;

import java.util.UUID;

/**
 * A disk in a restore point.
 *
 * @param name the name of the disk within the restore point, such as {@code disk0}
 * @param geometry its size and sectors
 * @param identity the disk's own id, which a guest sees on SCSI page 83
 * @param map its chunk map
 */
public record DiskEntry(String name, DiskGeometry geometry, UUID identity, MapRoot map) {

  /** Checks the name. */
  public DiskEntry {
    Names.checkFileName("disk's name", name);
    if (map.dataBytes() > geometry.sizeBytes()) {
      throw new IllegalArgumentException(
          "Disk " + name + " has " + geometry.sizeBytes() + " bytes and holds " + map.dataBytes());
    }
  }
}
