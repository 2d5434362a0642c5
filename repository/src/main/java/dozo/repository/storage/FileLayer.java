package dozo.repository.storage;

import dozo.format.NoSpaceException;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the engine asks of a file system, and all that it asks: {@link LocalFiles} does it, and a
 * test may do it worse.
 *
 * <p>Every method may throw {@link NoSpaceException} where it writes. Every exception names the
 * file. Safe for use by several threads.
 */
public interface FileLayer {

  /**
   * Creates a file and opens it for appending.
   *
   * @throws java.nio.file.FileAlreadyExistsException if the name is taken
   */
  WritableFile create(Path file) throws IOException;

  /**
   * Opens a file for reading.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  ReadableFile open(Path file) throws IOException;

  /** Gives a file another name in one step, in place of a file that may have it. */
  void rename(Path from, Path to) throws IOException;

  /** Deletes a file, or a directory that is empty. Returns false if it was not there. */
  boolean delete(Path file) throws IOException;

  /** Creates a directory that only its owner may enter; its parent exists, and it does not. */
  void createDirectory(Path directory) throws IOException;

  /** Makes the names in a directory as durable as the files that have them. */
  void syncDirectory(Path directory) throws IOException;

  /**
   * Lists a directory, in no order.
   *
   * @throws java.nio.file.NoSuchFileException if there is none
   */
  List<Entry> list(Path directory) throws IOException;

  /** Tells how large the file system of a directory is, and how much of it is free. */
  default Space space(Path directory) throws IOException {
    FileStore store = Files.getFileStore(directory);
    return new Space(store.getTotalSpace(), store.getUsableSpace());
  }

  /**
   * The room of a file system.
   *
   * @param totalBytes its size
   * @param usableBytes what this process may still write
   */
  record Space(long totalBytes, long usableBytes) {}

  /**
   * A name in a directory.
   *
   * @param path the directory and the name
   * @param isDirectory whether it is a directory
   * @param sizeBytes the size of a file
   */
  record Entry(Path path, boolean isDirectory, long sizeBytes) {

    /** The name alone. */
    public String name() {
      return String.valueOf(path.getFileName());
    }
  }
}
