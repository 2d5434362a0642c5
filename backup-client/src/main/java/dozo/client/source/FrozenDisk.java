package dozo.client.source;

import dozo.format.manifest.DiskGeometry;
import java.util.Optional;
import java.util.UUID;

/** A virtual disk as it was at its checkpoint. */
public interface FrozenDisk extends FrozenContent {

  /** The sizes of the disk and of its sectors; the disk's is {@link #sizeBytes}. */
  DiskGeometry geometry();

  /** The identifier that the disk shows its guest on SCSI page 83, if the source knows it. */
  Optional<UUID> identity();

  /** What has changed since an earlier restore point, if the source knows it. */
  default Optional<TrackedChanges> changes() {
    return Optional.empty();
  }

  /** Why all of it has to be read, if the source could tell its changes but for that. */
  default Optional<String> wholeBecause() {
    return Optional.empty();
  }
}
