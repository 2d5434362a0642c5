package dozo.mount.fs;

import java.io.IOException;

/** A regular file. */
public non-sealed interface MountedFile extends MountedNode {
  /**
   * Opens the file for reading. The caller closes what it gets.
   *
   * @throws IOException if it cannot be opened
   */
  OpenFile open() throws IOException;

  /**
   * Opens the file for reading and writing. The caller closes what it gets.
   *
   * @throws java.nio.file.ReadOnlyFileSystemException if the file cannot be written to
   * @throws IOException if it cannot be opened
   */
  OpenWritableFile openForWriting() throws IOException;
}
