package dozo.repository.crash;

import java.nio.ByteBuffer;

/** A change of a {@link SimulatedDisk}. Paths are below its root, with slashes between names. */
sealed interface DiskChange {

  /** A file was created. */
  record Create(String path) implements DiskChange {}

  /**
   * Bytes were appended to a file.
   *
   * @param bytes read only, from its position to its limit
   */
  record Append(String path, ByteBuffer bytes) implements DiskChange {}

  /** A file was synced; if that failed, what was not on stable storage never gets there. */
  record Sync(String path, boolean failed) implements DiskChange {}

  /** A file got another name. */
  record Rename(String from, String to) implements DiskChange {}

  /** A file or an empty directory was deleted. */
  record Delete(String path) implements DiskChange {}

  /** A directory was created. */
  record CreateDirectory(String path) implements DiskChange {}

  /** A directory was synced; if that failed, what was not on stable storage never gets there. */
  record SyncDirectory(String path, boolean failed) implements DiskChange {}

  /**
   * The power was cut.
   *
   * @param seed chooses what is left
   */
  record PowerCut(long seed) implements DiskChange {}
}
