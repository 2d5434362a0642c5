package dozo.vhdx.read;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The bytes of one file, to be read at any offset. May be read from any number of threads at once.
 */
public interface ByteSource extends Closeable {

  /** Opens a file of the local file system, or a block device, read-only. */
  static ByteSource open(Path file) throws IOException {
    return FileByteSource.open(file);
  }

  /** The file's name, with or without its directory, for messages and to choose a parent by. */
  String name();

  /** Equal for two sources that read the same file, so that a chain notices that it is a loop. */
  Object identity();

  /** How long the file is now. */
  long sizeBytes() throws IOException;

  /**
   * Reads some bytes into the buffer's remaining space and advances its position.
   *
   * @param target not full
   * @return how many bytes were read, at least 1; or -1 if the file ends at or before the offset
   */
  int read(long offset, ByteBuffer target) throws IOException;
}
