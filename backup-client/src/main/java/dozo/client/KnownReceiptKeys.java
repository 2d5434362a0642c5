package dozo.client;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.UUID;

/**
 * Takes the first key that a repository shows, and no other from then on. The keys are kept in a
 * text file, a line each: the repository's id, a space, the key in base64.
 */
public final class KnownReceiptKeys implements ReceiptTrust {

  private static final long MAXIMUM_BYTES = 1 << 20;

  private final Path file;

  /** Names the file, which need not be there yet. */
  public KnownReceiptKeys(Path file) {
    this.file = file;
  }

  @Override
  public void check(UUID repository, String publicKey) throws IOException {
    String prefix = repository + " ";
    for (String line : lines()) {
      if (line.startsWith(prefix)) {
        String known = line.substring(prefix.length()).strip();
        if (!known.equals(publicKey)) {
          throw ReceiptTrust.wrongKey(repository, known, publicKey);
        }
        return;
      }
    }
    Files.writeString(
        file,
        prefix + publicKey + "\n",
        US_ASCII,
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
  }

  private List<String> lines() throws IOException {
    try {
      if (Files.size(file) > MAXIMUM_BYTES) {
        throw new IOException("The file of known receipt keys is too large: " + file);
      }
      return Files.readAllLines(file, US_ASCII);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }
}
