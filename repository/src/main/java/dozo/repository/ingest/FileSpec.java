package dozo.repository.ingest;

import dozo.format.ChunkId;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.MapRoot;

/**
 * A configuration file that is about to be backed up.
 *
 * @param name its name within the restore point, such as {@code config.xml}
 * @param sizeBytes its size
 */
public record FileSpec(String name, long sizeBytes) {

  private static final MapRoot NOTHING = new MapRoot(new ChunkId(0, 0, 0, 0), 0, 0);

  /** Rejects what could not stand in a manifest. */
  public FileSpec {
    entry(name, sizeBytes, NOTHING);
  }

  /** The entry of this file in a manifest, once its map is known. */
  FileEntry entry(MapRoot map) {
    return entry(name, sizeBytes, map);
  }

  private static FileEntry entry(String name, long sizeBytes, MapRoot map) {
    return new FileEntry(name, sizeBytes, map);
  }
}
