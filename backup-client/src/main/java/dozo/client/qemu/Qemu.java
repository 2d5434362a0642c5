package dozo.client.qemu;

import dozo.client.socket.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The commands of qemu that a checkpoint needs. A monitor whose answer stayed away is left for a
 * new connection: qemu executes one command after the other, whichever monitor they come from.
 *
 * <p>For one thread.
 */
final class Qemu implements AutoCloseable {

  private static final int POLL_MILLIS = 20;

  private final Path path;
  private @Nullable QmpMonitor monitor;

  private Qemu(Path path, QmpMonitor monitor) {
    this.path = path;
    this.monitor = monitor;
  }

  /**
   * Connects.
   *
   * @throws java.net.ConnectException if qemu has ended
   */
  static Qemu connect(Path path) throws IOException {
    return new Qemu(path, QmpMonitor.connect(path));
  }

  private JsonNode execute(String command, ObjectNode arguments, Deadline deadline)
      throws IOException {
    QmpMonitor current = monitor;
    if (current == null) {
      current = QmpMonitor.connect(path);
      monitor = current;
    }
    boolean sound = false;
    try {
      JsonNode answer = current.execute(command, arguments, deadline);
      sound = true;
      return answer;
    } catch (QmpException e) {
      sound = true;
      throw e;
    } finally {
      if (!sound) {
        monitor = null;
        current.close();
      }
    }
  }

  private JsonNode execute(String command, ObjectNode arguments) throws IOException {
    return execute(command, arguments, patience());
  }

  private JsonNode execute(String command) throws IOException {
    return execute(command, object());
  }

  private static Deadline patience() {
    return Deadline.in(QmpMonitor.PATIENCE);
  }

  static ObjectNode object() {
    return JsonSocket.JSON.createObjectNode();
  }

  /** The user as whom qemu runs, where the system tells. */
  Optional<UserPrincipal> user() throws IOException {
    QmpMonitor current = monitor;
    return current == null ? Optional.empty() : current.socket().peer();
  }

  /** The machine's id; empty if it was given none. */
  Optional<UUID> id() throws IOException {
    String text = execute("query-uuid").path("UUID").asString("");
    try {
      UUID id = UUID.fromString(text);
      return id.equals(new UUID(0, 0)) ? Optional.empty() : Optional.of(id);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Whether the machine runs, rather than being stopped by somebody or something. */
  boolean isRunning() throws IOException {
    return execute("query-status").path("running").asBoolean(false);
  }

  /** Whether it is stopped as {@code stop} leaves it. */
  boolean isPaused() throws IOException {
    return execute("query-status").path("status").asString("").equals("paused");
  }

  void stop(Deadline deadline) throws IOException {
    execute("stop", object(), deadline);
  }

  void resume() throws IOException {
    execute("cont");
  }

  /** The disks that can be written to. */
  List<Drive> drives() throws IOException {
    List<Drive> drives = new ArrayList<>();
    for (JsonNode block : execute("query-block")) {
      JsonNode inserted = block.path("inserted");
      String device = block.path("qdev").asString("");
      if (device.isEmpty()
          || inserted.isMissingNode()
          || inserted.path("ro").asBoolean(true)
          || block.path("removable").asBoolean(false)) {
        continue;
      }
      String path = device.startsWith("/") ? device : "/machine/peripheral/" + device;
      drives.add(
          new Drive(
              nameOf(path),
              path,
              inserted.path("node-name").asString(""),
              inserted.path("drv").asString(""),
              inserted.path("image").path("virtual-size").asLong(-1),
              bitmaps(inserted)));
    }
    return drives;
  }

  /** The id of a device that has one: /machine/peripheral/ID, and what is within it. */
  private static String nameOf(String path) {
    String[] parts = path.split("/", -1);
    return parts.length > 3 && parts[2].equals("peripheral") ? parts[3] : "";
  }

  private static List<Drive.Bitmap> bitmaps(JsonNode node) {
    List<Drive.Bitmap> bitmaps = new ArrayList<>();
    for (JsonNode each : node.path("dirty-bitmaps")) {
      bitmaps.add(
          new Drive.Bitmap(
              each.path("name").asString(""),
              each.path("inconsistent").asBoolean(false),
              each.path("busy").asBoolean(false),
              each.path("recording").asBoolean(false)));
    }
    return bitmaps;
  }

  /** The bitmaps of each node. */
  Map<String, List<Drive.Bitmap>> nodes() throws IOException {
    Map<String, List<Drive.Bitmap>> nodes = new LinkedHashMap<>();
    for (JsonNode node : execute("query-named-block-nodes", object().put("flat", true))) {
      nodes.put(node.path("node-name").asString(""), bitmaps(node));
    }
    return nodes;
  }

  void addNode(ObjectNode node) throws IOException {
    execute("blockdev-add", node);
  }

  void removeNode(String node) throws IOException {
    execute("blockdev-del", object().put("node-name", node));
  }

  /** Makes an empty qcow2 image within a node. */
  void makeQcow2(String job, String node, long sizeBytes) throws IOException {
    ObjectNode arguments = object().put("job-id", job);
    arguments
        .putObject("options")
        .put("driver", "qcow2")
        .put("file", node)
        .put("size", sizeBytes)
        .put("version", "v3");
    execute("blockdev-create", arguments);
    Optional<String> failure = endJob(job);
    if (failure.isPresent()) {
      throw new IOException("Qemu cannot make the scratch image: " + failure.get());
    }
  }

  /** Waits until a job of ours has ended, and forgets it; returns how it failed, if it did. */
  Optional<String> endJob(String job) throws IOException {
    Deadline deadline = patience();
    while (!deadline.hasPassed()) {
      @Nullable JsonNode found = null;
      for (JsonNode each : execute("query-jobs")) {
        found = each.path("id").asString("").equals(job) ? each : found;
      }
      if (found == null) {
        return Optional.empty();
      }
      if (found.path("status").asString("").equals("concluded")) {
        execute("job-dismiss", object().put("id", job));
        return Optional.ofNullable(found.get("error")).map(error -> error.asString(""));
      }
      pause();
    }
    throw new SocketTimeoutException("Qemu's job " + job + " did not end in time");
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(POLL_MILLIS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException)
          new InterruptedIOException("Interrupted while waiting for qemu").initCause(e);
    }
  }

  /** A property of a device, such as its node in {@code drive}; empty if it has none such. */
  Optional<JsonNode> property(String device, String property) throws IOException {
    try {
      return Optional.of(
          execute("qom-get", object().put("path", device).put("property", property)));
    } catch (QmpException e) {
      return Optional.empty();
    }
  }

  /**
   * Whether a thread of its own may serve a device. Only virtio-blk says so itself; a SCSI disk's
   * thread is its controller's.
   */
  boolean mayHaveThread(Drive drive) throws IOException {
    Optional<JsonNode> own = property(drive.device(), "iothread");
    return own.isPresent()
        ? !own.get().asString("").isEmpty()
        : !execute("query-iothreads").isEmpty();
  }

  /** Makes a device use another node. */
  void setDrive(String device, String node, Deadline deadline) throws IOException {
    execute(
        "qom-set",
        object().put("path", device).put("property", "drive").put("value", node),
        deadline);
  }

  void setDrive(String device, String node) throws IOException {
    setDrive(device, node, patience());
  }

  void removeBitmap(String node, String bitmap) throws IOException {
    execute("block-dirty-bitmap-remove", object().put("node", node).put("name", bitmap));
  }

  /** Does all of something or none of it. */
  void transaction(List<ObjectNode> actions, Deadline deadline) throws IOException {
    ObjectNode arguments = object();
    ArrayNode list = arguments.putArray("actions");
    actions.forEach(list::add);
    execute("transaction", arguments, deadline);
  }

  void transaction(List<ObjectNode> actions) throws IOException {
    transaction(actions, patience());
  }

  private static ObjectNode action(String type, ObjectNode data) {
    ObjectNode action = object().put("type", type);
    action.set("data", data);
    return action;
  }

  static ObjectNode addBitmap(String node, String bitmap, boolean persistent, boolean disabled) {
    return action(
        "block-dirty-bitmap-add",
        object()
            .put("node", node)
            .put("name", bitmap)
            .put("persistent", persistent)
            .put("disabled", disabled));
  }

  static ObjectNode clearBitmap(String node, String bitmap) {
    return action("block-dirty-bitmap-clear", object().put("node", node).put("name", bitmap));
  }

  static ObjectNode dropBitmap(String node, String bitmap) {
    return action("block-dirty-bitmap-remove", object().put("node", node).put("name", bitmap));
  }

  static ObjectNode mergeBitmap(String node, String source, String target) {
    ObjectNode data = object().put("node", node).put("target", target);
    data.putArray("bitmaps").add(source);
    return action("block-dirty-bitmap-merge", data);
  }

  void startNbd(Path socket, int connections) throws IOException {
    ObjectNode arguments = object().put("max-connections", connections);
    arguments
        .putObject("addr")
        .put("type", "unix")
        .putObject("data")
        .put("path", socket.toString());
    execute("nbd-server-start", arguments);
  }

  void stopNbd() throws IOException {
    execute("nbd-server-stop");
  }

  /** Exports a node for reading, with a bitmap if one is named. */
  void export(String id, String node, String bitmapNode, Optional<String> bitmap)
      throws IOException {
    ObjectNode arguments =
        object()
            .put("type", "nbd")
            .put("id", id)
            .put("node-name", node)
            .put("name", id)
            .put("writable", false);
    if (bitmap.isPresent()) {
      arguments.putArray("bitmaps").addObject().put("node", bitmapNode).put("name", bitmap.get());
    }
    execute("block-export-add", arguments);
  }

  /** The ids of all exports, ours and others'. */
  List<String> exports() throws IOException {
    List<String> ids = new ArrayList<>();
    for (JsonNode each : execute("query-block-exports")) {
      ids.add(each.path("id").asString(""));
    }
    return ids;
  }

  /** Removes an export whoever reads it, and waits until it has gone. */
  void removeExport(String id) throws IOException {
    execute("block-export-del", object().put("id", id).put("mode", "hard"));
    Deadline deadline = patience();
    while (exports().contains(id)) {
      if (deadline.hasPassed()) {
        throw new SocketTimeoutException("Qemu does not let go of the export " + id);
      }
      pause();
    }
  }

  @Override
  public void close() throws IOException {
    if (monitor != null) {
      monitor.close();
    }
  }
}
