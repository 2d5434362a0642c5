package dozo.client.tags;

import dozo.format.manifest.RestorePointId;
import java.util.UUID;

/** What the tags of a backup that is under way are made with, and will say of themselves. */
final class NewTags {

  private final UUID repository;
  private final byte[] disk;
  private final long sizeBytes;
  private final byte[] key;

  /**
   * Makes it; keeps the arrays.
   *
   * @param disk the hash that names the disk
   * @param sizeBytes the disk's size now
   * @param key the key of the tags
   */
  NewTags(UUID repository, byte[] disk, long sizeBytes, byte[] key) {
    this.repository = repository;
    this.disk = disk;
    this.sizeBytes = sizeBytes;
    this.key = key;
  }

  long sizeBytes() {
    return sizeBytes;
  }

  byte[] key() {
    return key;
  }

  /** The header of the file, once there is a restore point. */
  TagFileHeader header(RestorePointId base) {
    return new TagFileHeader(repository, key, base, sizeBytes, disk);
  }
}
