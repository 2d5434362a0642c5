package dozo.client.qemu;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.client.socket.Deadline;
import dozo.client.socket.UnixSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** A socket on which each line is a JSON object. For one thread; any may close it. */
final class JsonSocket implements AutoCloseable {

  private static final int READ_BYTES = 16 << 10;
  private static final int MAXIMUM_DEPTH = 200;

  /** What the agent puts in front of its answer to guest-sync-delimited; never within JSON. */
  private static final byte SENTINEL = (byte) 0xff;

  static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(MAXIMUM_DEPTH).build())
                  .build())
          .build();

  private final UnixSocket socket;
  private final int maximumLine;
  private byte[] held = new byte[READ_BYTES];
  private int length;

  private JsonSocket(UnixSocket socket, int maximumLine) {
    this.socket = socket;
    this.maximumLine = maximumLine;
  }

  /**
   * Connects.
   *
   * @param maximumLine the longest line that is taken, in bytes
   */
  static JsonSocket connect(Path path, int maximumLine, Deadline deadline) throws IOException {
    return new JsonSocket(UnixSocket.connect(path, deadline), maximumLine);
  }

  UnixSocket socket() {
    return socket;
  }

  void send(ObjectNode message, Deadline deadline) throws IOException {
    socket.write(UTF_8.encode(JSON.writeValueAsString(message) + "\n"), deadline);
  }

  /** Sends a byte that makes the agent forget half a command of whoever was there before. */
  void sendSentinel(Deadline deadline) throws IOException {
    socket.write(ByteBuffer.wrap(new byte[] {SENTINEL}), deadline);
  }

  /** Passes over everything up to the next sentinel. */
  void skipToSentinel(Deadline deadline) throws IOException {
    while (true) {
      int at = indexOf(SENTINEL);
      if (at >= 0) {
        drop(at + 1);
        return;
      }
      length = 0;
      fill(deadline);
    }
  }

  /** Returns the next object. */
  ObjectNode next(Deadline deadline) throws IOException {
    int searched = 0;
    while (true) {
      int end = indexOf((byte) '\n', searched);
      if (end >= 0) {
        String line = new String(held, 0, end, UTF_8);
        drop(end + 1);
        searched = 0;
        if (!line.isBlank()) {
          return parse(line);
        }
      } else {
        searched = length;
        fill(deadline);
      }
    }
  }

  private ObjectNode parse(String line) throws IOException {
    try {
      JsonNode node = JSON.readTree(line);
      if (node instanceof ObjectNode object) {
        return object;
      }
    } catch (JacksonException e) {
      throw new IOException(socket.path() + " says what is no JSON", e);
    }
    throw new IOException(socket.path() + " says something else than JSON objects");
  }

  private void fill(Deadline deadline) throws IOException {
    if (length >= maximumLine) {
      throw new IOException(socket.path() + " says a line of more than " + maximumLine + " bytes");
    }
    if (held.length - length < READ_BYTES) {
      held = Arrays.copyOf(held, Math.min(2 * held.length, maximumLine + READ_BYTES));
    }
    length += socket.read(ByteBuffer.wrap(held, length, held.length - length), deadline);
  }

  private int indexOf(byte wanted) {
    return indexOf(wanted, 0);
  }

  private int indexOf(byte wanted, int from) {
    for (int i = from; i < length; i++) {
      if (held[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private void drop(int count) {
    System.arraycopy(held, count, held, 0, length - count);
    length -= count;
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
