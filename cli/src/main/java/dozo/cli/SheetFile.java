package dozo.cli;

import dozo.format.key.EmergencySheet;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/** Emergency sheets as files, which only their owner may read. */
final class SheetFile {

  private SheetFile() {}

  /**
   * Reads a sheet that somebody has typed.
   *
   * @throws IllegalArgumentException if the file is longer than any sheet
   */
  static byte[] read(Path file) throws IOException {
    try (InputStream stream = Files.newInputStream(file)) {
      byte[] text = stream.readNBytes(EmergencySheet.MAXIMUM_TEXT_BYTES + 1);
      if (text.length > EmergencySheet.MAXIMUM_TEXT_BYTES) {
        throw new IllegalArgumentException(file + " is too long to be an emergency sheet");
      }
      return text;
    }
  }

  /** Makes a new file of a sheet. */
  static void write(Path file, byte[] text) throws IOException {
    try (FileChannel channel = OwnerOnlyFile.create(file)) {
      OwnerOnlyFile.write(channel, ByteBuffer.wrap(text));
    }
  }
}
