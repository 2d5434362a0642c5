package dozo.client.qemu;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that a checkpoint makes in qemu, by name: what a journal holds. The names follow from
 * the checkpoint's id and the disk's number, and qemu takes 31 characters.
 *
 * @param id the checkpoint's id: 12 hexadecimal digits
 * @param monitor qemu's monitor
 * @param agent the agent's socket, if the guest is to be frozen
 * @param scratch a directory of this checkpoint's own with the files that qemu uses
 * @param chain the chain of the bitmaps
 * @param wasRunning whether the machine ran before; one that did not is not made to run
 * @param disks the disks, in order
 */
record QemuPlan(
    String id,
    Path monitor,
    Optional<Path> agent,
    Path scratch,
    String chain,
    boolean wasRunning,
    List<Disk> disks) {

  static final String KIND = "qemu";

  /** The step in a journal from which on the guest may be frozen, and the machine stopped. */
  static final String FREEZING = "freezing";

  /** The step from which on the machine may be stopped, with nothing frozen in it. */
  static final String STOPPING = "stopping";

  /** The step from which on it is neither. */
  static final String THAWED = "thawed";

  /** The step from which on qemu's NBD server may run for us. */
  static final String SERVING = "serving";

  /** The step that takes that back: it turned out to run for somebody else. */
  static final String SERVED_BY_OTHER = "served-by-other";

  /** What all our nodes, exports and jobs in qemu begin with. */
  static final String PREFIX = "dozo-";

  private static final int MAXIMUM_DISKS = 256;

  QemuPlan {
    if (!id.matches("[0-9a-f]{12}")) {
      throw new IllegalArgumentException("A checkpoint's id has 12 hexadecimal digits, not " + id);
    }
    if (disks.size() > MAXIMUM_DISKS) {
      throw new IllegalArgumentException("A machine has at most " + MAXIMUM_DISKS + " disks");
    }
    disks = List.copyOf(disks);
  }

  /**
   * A disk, as it is to be left.
   *
   * @param device the device's QOM path
   * @param node what the device is to use
   */
  record Disk(String device, String node) {}

  private String name(int disk, String what) {
    return PREFIX + id + "-" + disk + "-" + what;
  }

  /** The file in which old data is kept. */
  Path scratchFile(int disk) {
    return scratch.resolve("disk" + disk + ".qcow2");
  }

  /** The node of that file's bytes, which bounds its size. */
  String boundNode(int disk) {
    return name(disk, "bound");
  }

  String scratchNode(int disk) {
    return name(disk, "scr");
  }

  String filterNode(int disk) {
    return name(disk, "cbw");
  }

  String accessNode(int disk) {
    return name(disk, "acc");
  }

  /** The job that makes the scratch file's structure. */
  String createJob(int disk) {
    return name(disk, "make");
  }

  /** The export, by its id and its name alike. */
  String export(int disk) {
    return name(disk, "exp");
  }

  Path nbdSocket() {
    return scratch.resolve("nbd");
  }

  BitmapNames bitmaps() {
    return new BitmapNames(chain);
  }

  /** Writes it down. */
  ObjectNode toJson() {
    ObjectNode json = JsonSocket.JSON.createObjectNode();
    json.put("id", id).put("monitor", monitor.toString());
    agent.ifPresent(path -> json.put("agent", path.toString()));
    json.put("scratch", scratch.toString()).put("chain", chain).put("wasRunning", wasRunning);
    ArrayNode list = json.putArray("disks");
    for (Disk disk : disks) {
      list.addObject().put("device", disk.device()).put("node", disk.node());
    }
    return json;
  }

  /** Reads what {@link #toJson} wrote. */
  static QemuPlan of(JsonNode json) throws IOException {
    List<Disk> disks = new ArrayList<>();
    for (JsonNode disk : json.path("disks")) {
      disks.add(new Disk(text(disk, "device"), text(disk, "node")));
    }
    try {
      return new QemuPlan(
          text(json, "id"),
          Path.of(text(json, "monitor")),
          json.has("agent") ? Optional.of(Path.of(text(json, "agent"))) : Optional.empty(),
          Path.of(text(json, "scratch")),
          text(json, "chain"),
          json.path("wasRunning").asBoolean(false),
          disks);
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "The journal's plan is not one of a qemu checkpoint: " + e.getMessage());
    }
  }

  private static String text(JsonNode json, String member) throws IOException {
    String text = json.path(member).asString("");
    if (text.isEmpty()) {
      throw new IOException("The journal's plan has no " + member);
    }
    return text;
  }
}
