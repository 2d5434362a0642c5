package dozo.repository.storage;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Reads files that are small enough to be read whole. */
public final class SmallFiles {

  private SmallFiles() {}

  /**
   * Reads a whole file.
   *
   * @param maximumBytes the longest that it can be
   * @throws CorruptDataException if it is longer
   */
  public static byte[] read(FileLayer files, Path path, int maximumBytes) throws IOException {
    try (ReadableFile file = files.open(path)) {
      if (file.sizeBytes() > maximumBytes) {
        throw new CorruptDataException(
            Fault.of("The file is longer than it can be")
                .file(path)
                .expected("at most " + maximumBytes + " bytes")
                .actual(file.sizeBytes()));
      }
      byte[] bytes = new byte[(int) file.sizeBytes()];
      file.read(0, ByteBuffer.wrap(bytes));
      return bytes;
    }
  }
}
