package dozo.client.qemu;

import dozo.client.socket.Deadline;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The agent in a guest, over its serial port. It neither greets nor numbers its answers, and what
 * an earlier client asked may still be answered: so each connection begins with a synchronisation.
 *
 * <p>For one thread. A guest is hostile until shown otherwise: what it says is bounded, and none of
 * it names a file or a command here.
 */
final class GuestAgent implements AutoCloseable {

  private static final int MAXIMUM_LINE = 1 << 20;

  private final JsonSocket socket;

  private GuestAgent(JsonSocket socket) {
    this.socket = socket;
  }

  /**
   * Connects, and finds out whether there is an agent.
   *
   * @throws SocketTimeoutException if none answers: it does not run, or hangs
   */
  static GuestAgent connect(Path path, Duration patience) throws IOException {
    Deadline deadline = Deadline.in(patience);
    JsonSocket socket = JsonSocket.connect(path, MAXIMUM_LINE, deadline);
    try {
      GuestAgent agent = new GuestAgent(socket);
      agent.synchronize(deadline);
      return agent;
    } catch (IOException | RuntimeException | Error e) {
      socket.close();
      throw e;
    }
  }

  private void synchronize(Deadline deadline) throws IOException {
    // Within the integers that every JSON parser keeps exact.
    long number = System.nanoTime() & 0x7fff_ffffL;
    socket.sendSentinel(deadline);
    ObjectNode arguments = JsonSocket.JSON.createObjectNode().put("id", number);
    send("guest-sync-delimited", arguments, deadline);
    long told;
    do {
      socket.skipToSentinel(deadline);
      told = socket.next(deadline).path("return").asLong(-1);
    } while (told != number);
  }

  private void send(String command, ObjectNode arguments, Deadline deadline) throws IOException {
    ObjectNode message = JsonSocket.JSON.createObjectNode().put("execute", command);
    if (!arguments.isEmpty()) {
      message.set("arguments", arguments);
    }
    socket.send(message, deadline);
  }

  private JsonNode execute(String command, Duration limit) throws IOException {
    Deadline deadline = Deadline.in(limit);
    send(command, JsonSocket.JSON.createObjectNode(), deadline);
    ObjectNode answer = socket.next(deadline);
    if (answer.has("return")) {
      return answer.path("return");
    }
    JsonNode error = answer.path("error");
    throw new QmpException(
        command, error.path("class").asString(""), error.path("desc").asString("(no reason)"));
  }

  /** Whether the guest is Windows, whose agent freezes through VSS. */
  boolean isWindows(Duration limit) throws IOException {
    try {
      return execute("guest-get-osinfo", limit).path("id").asString("").equals("mswindows");
    } catch (QmpException e) {
      return false; // An old agent, or one that is not to tell.
    }
  }

  /** Freezes all file systems; returns how many. */
  int freeze(Duration limit) throws IOException {
    return execute("guest-fsfreeze-freeze", limit).asInt(0);
  }

  /** Thaws what is frozen; returns how many file systems that were. */
  int thaw(Duration limit) throws IOException {
    return execute("guest-fsfreeze-thaw", limit).asInt(0);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
