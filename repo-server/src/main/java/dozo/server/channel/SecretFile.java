package dozo.server.channel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A file with secrets, one a line. It is read anew each time, so that a new one holds at once. */
final class SecretFile {

  private static final int MAXIMUM_BYTES = 4 << 10;

  private SecretFile() {}

  /**
   * Reads all lines.
   *
   * @param count how many there have to be
   * @throws DeliveryException if it cannot be read, or has not that many
   */
  static List<String> lines(Path file, int count) throws DeliveryException {
    byte[] bytes;
    try (InputStream in = Files.newInputStream(file)) {
      bytes = in.readNBytes(MAXIMUM_BYTES + 1);
    } catch (IOException e) {
      throw new DeliveryException("The file " + file + " cannot be read: " + e, e);
    }
    if (bytes.length > MAXIMUM_BYTES) {
      throw new DeliveryException("The file " + file + " is longer than 4 KiB", null);
    }
    try {
      List<String> lines =
          UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString().strip().lines().toList();
      if (lines.size() != count || lines.stream().anyMatch(String::isBlank)) {
        throw new DeliveryException(
            "The file " + file + " is to have " + count + " lines, none of them empty", null);
      }
      return lines;
    } catch (CharacterCodingException e) {
      throw new DeliveryException("The file " + file + " is not UTF-8", e);
    }
  }
}
