package dozo.server.notify;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON file that is replaced as a whole. It is the server's and not in the repository: that a
 * repository is full or broken is among what has to be told.
 *
 * <p>For one thread at a time.
 */
final class StateFile {

  private static final long MAXIMUM_BYTES = 32 << 20;

  private final Path file;
  private @Nullable String written;

  StateFile(Path file) {
    this.file = file;
  }

  Path path() {
    return file;
  }

  /**
   * Reads it.
   *
   * @return empty if it is not there
   * @throws IOException if it cannot be read, or is no JSON object
   */
  Optional<ObjectNode> read() throws IOException {
    try {
      if (Files.size(file) > MAXIMUM_BYTES) {
        throw new IOException(file + " is longer than 32 MiB");
      }
      if (new JsonMapper().readTree(Files.readAllBytes(file)) instanceof ObjectNode node) {
        return Optional.of(node);
      }
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (JacksonException e) {
      throw new IOException(file + " is not JSON: " + e.getOriginalMessage(), e);
    }
    throw new IOException(file + " is not a JSON object");
  }

  /** Replaces what it holds, unless that is the same; on stable storage when this returns. */
  void write(ObjectNode node) throws IOException {
    String text = node.toString();
    if (text.equals(written)) {
      return;
    }
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = UTF_8.encode(text);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    written = text;
  }
}
