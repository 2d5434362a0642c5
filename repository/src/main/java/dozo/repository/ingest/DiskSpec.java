package dozo.repository.ingest;

import dozo.format.ChunkId;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.MapRoot;
import java.util.Optional;
import java.util.UUID;

/**
 * A disk that is about to be backed up.
 *
 * @param name its name within the restore point, such as {@code disk0}
 * @param geometry its size and sectors
 * @param identity the disk's own id, which a guest sees on SCSI page 83
 * @param base what ranges that are kept are kept from
 */
public record DiskSpec(String name, DiskGeometry geometry, UUID identity, Optional<BaseRef> base) {

  private static final MapRoot NOTHING = new MapRoot(new ChunkId(0, 0, 0, 0), 0, 0);

  /** Rejects what could not stand in a manifest. */
  public DiskSpec {
    entry(name, geometry, identity, NOTHING);
  }

  /** A disk that is sent whole. */
  public DiskSpec(String name, DiskGeometry geometry, UUID identity) {
    this(name, geometry, identity, Optional.empty());
  }

  /** The entry of this disk in a manifest, once its map is known. */
  DiskEntry entry(MapRoot map) {
    return entry(name, geometry, identity, map);
  }

  private static DiskEntry entry(String name, DiskGeometry geometry, UUID identity, MapRoot map) {
    return new DiskEntry(name, geometry, identity, map);
  }
}
