package dozo.server.admin;

import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads a configuration file whole. */
final class FileContent {

  /** A .vmcx or a libvirt domain has kilobytes; what is larger is for {@code dozo restore}. */
  private static final int MAXIMUM_BYTES = 8 << 20;

  private static final int EXTENTS = 1_024;

  private FileContent() {}

  /**
   * Reads all of it.
   *
   * @throws ProblemException if it is longer than 8 MiB
   * @throws IOException naming the chunk, if one cannot be had
   */
  static byte[] read(ChunkSource file) throws IOException, ProblemException {
    if (file.sizeBytes() > MAXIMUM_BYTES) {
      throw new ProblemException(
          422,
          "The file has "
              + file.sizeBytes()
              + " bytes, more than the 8 MiB that are shown here: dozo restore brings it");
    }
    byte[] content = new byte[Math.toIntExact(file.sizeBytes())];
    long at = 0;
    while (at < content.length) {
      List<Extent> extents = file.extents(at, EXTENTS);
      List<Extent> chunks = new ArrayList<>(extents);
      chunks.removeIf(Extent::isHole);
      file.fetch(
          chunks,
          (index, plain) ->
              plain.get(content, Math.toIntExact(chunks.get(index).offset()), plain.remaining()));
      at = extents.getLast().end();
    }
    return content;
  }
}
