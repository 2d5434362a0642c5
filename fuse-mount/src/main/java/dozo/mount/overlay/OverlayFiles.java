package dozo.mount.overlay;

import java.io.IOException;
import java.nio.file.Path;

/**
 * What an overlay asks of a file system: {@link LocalOverlayFiles} does it, and a test may do it
 * worse. Safe for use by several threads.
 */
interface OverlayFiles {

  /**
   * Creates a file, which only its owner may read.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken
   */
  BlockFile create(Path file) throws IOException;

  /**
   * Opens a file for reading and writing.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  BlockFile open(Path file) throws IOException;

  /** Gives a file or directory another name in one step, in place of a file that may have it. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file if it is there. */
  void delete(Path file) throws IOException;

  /** Makes the names in a directory as durable as the files that have them. */
  void syncDirectory(Path directory) throws IOException;
}
