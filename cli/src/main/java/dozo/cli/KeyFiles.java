package dozo.cli;

import dozo.format.Fault;
import dozo.format.WrongKeyException;
import dozo.format.key.KeyFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Arrays;

/** Key files on disk. */
final class KeyFiles {

  private KeyFiles() {}

  /**
   * Reads a key file.
   *
   * @throws WrongKeyException if it cannot be one
   */
  static KeyFile read(Path file) throws IOException {
    byte[] contents;
    try (InputStream in = Files.newInputStream(file)) {
      contents = in.readNBytes(KeyFile.MAXIMUM_BYTES + 1);
    }
    try {
      return KeyFile.of(contents);
    } catch (IllegalArgumentException e) {
      throw new WrongKeyException(
          Fault.of("This is no key file")
              .file(file)
              .expected(KeyFile.MINIMUM_BYTES + " to " + KeyFile.MAXIMUM_BYTES + " bytes")
              .cure("give the file that 'dozo init --new-key-file' or 'dozo key add' made"),
          e);
    } finally {
      Arrays.fill(contents, (byte) 0);
    }
  }

  /** Makes a key file that only its owner may read, forced to stable storage, and returns it. */
  static KeyFile create(Path file) throws IOException {
    byte[] contents = KeyFile.generate(new SecureRandom());
    try (FileChannel channel = OwnerOnlyFile.create(file)) {
      OwnerOnlyFile.write(channel, ByteBuffer.wrap(contents));
      return KeyFile.of(contents);
    } finally {
      Arrays.fill(contents, (byte) 0);
    }
  }
}
