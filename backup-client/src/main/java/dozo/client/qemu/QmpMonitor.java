package dozo.client.qemu;

import dozo.client.socket.Deadline;
import dozo.client.socket.UnixSocket;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.time.Duration;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Qemu's monitor (QMP): commands in, answers out, one at a time. Events are passed over.
 *
 * <p>For one thread. After anything but a {@link QmpException} it is of no use any more, since the
 * answer may come yet.
 */
final class QmpMonitor implements AutoCloseable {

  /** A machine of many disks fills some hundred KiB when it tells of them. */
  private static final int MAXIMUM_LINE = 16 << 20;

  /** How long a command takes that does not move any data; qemu may be busy with the guest's. */
  static final Duration PATIENCE = Duration.ofSeconds(60);

  /** How long the greeting takes, which a monitor that is in use never sends. */
  private static final Duration GREETING = Duration.ofSeconds(10);

  private final JsonSocket socket;
  private long lastId;

  private QmpMonitor(JsonSocket socket) {
    this.socket = socket;
  }

  /**
   * Connects and agrees on how to speak.
   *
   * @throws java.net.ConnectException if nobody listens there: qemu has ended
   */
  static QmpMonitor connect(Path path) throws IOException {
    Deadline deadline = Deadline.in(GREETING);
    JsonSocket socket = JsonSocket.connect(path, MAXIMUM_LINE, deadline);
    try {
      if (!socket.next(deadline).has("QMP")) {
        throw new IOException(path + " is not a QMP monitor of qemu");
      }
      QmpMonitor monitor = new QmpMonitor(socket);
      monitor.execute("qmp_capabilities", monitor.object(), deadline);
      return monitor;
    } catch (SocketTimeoutException e) {
      socket.close();
      throw new IOException(
          "The monitor "
              + path
              + " does not greet: another program is connected to it, or qemu hangs",
          e);
    } catch (IOException | RuntimeException | Error e) {
      socket.close();
      throw e;
    }
  }

  UnixSocket socket() {
    return socket.socket();
  }

  ObjectNode object() {
    return JsonSocket.JSON.createObjectNode();
  }

  /** Executes a command without arguments. */
  JsonNode execute(String command) throws IOException {
    return execute(command, object());
  }

  /** Executes a command. */
  JsonNode execute(String command, ObjectNode arguments) throws IOException {
    return execute(command, arguments, Deadline.in(PATIENCE));
  }

  /**
   * Executes a command and returns its answer.
   *
   * @throws QmpException if qemu refuses it
   */
  JsonNode execute(String command, ObjectNode arguments, Deadline deadline) throws IOException {
    long id = ++lastId;
    ObjectNode message = object();
    message.put("execute", command).put("id", id);
    if (!arguments.isEmpty()) {
      message.set("arguments", arguments);
    }
    try {
      socket.send(message, deadline);
      while (true) {
        ObjectNode answer = socket.next(deadline);
        if (answer.has("event") || answer.path("id").asLong(-1) != id) {
          continue;
        }
        if (answer.has("return")) {
          return answer.path("return");
        }
        JsonNode error = answer.path("error");
        throw new QmpException(
            command, error.path("class").asString(""), error.path("desc").asString("(no reason)"));
      }
    } catch (EOFException e) {
      throw new EOFException("Qemu ended, or closed its monitor, during " + command);
    } catch (SocketTimeoutException e) {
      throw (IOException)
          new SocketTimeoutException("Qemu did not answer " + command + " in time").initCause(e);
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
