package dozo.client.source;

import dozo.vhdx.read.VhdxFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/**
 * How a VHDX file that was backed up is known again when it has become a parent.
 *
 * <p>Its data write GUID alone does not do: a program that has the file open changes it with its
 * first write only, so that a backup in between would carry the GUID of what came later. Hence the
 * length and the time of the last write count too, and a file that was not closed has no mark.
 */
final class VhdxMark {

  private VhdxMark() {}

  /** The mark of a file, if it has one. */
  static Optional<String> of(VhdxFile file) throws IOException {
    if (file.hadLog()) {
      return Optional.empty();
    }
    FileStamp stamp = FileStamp.of(Path.of(file.name()));
    return stamp.isDevice()
        ? Optional.empty()
        : Optional.of(
            "vhdx %s %d %s".formatted(file.dataWriteGuid(), stamp.sizeBytes(), stamp.modified()));
  }
}
