package dozo.client.libvirt;

import dozo.client.program.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Everything that a checkpoint makes, by name: what a journal holds.
 *
 * @param id the checkpoint's id: 12 hexadecimal digits
 * @param virsh how libvirt is asked
 * @param domain the machine
 * @param documents a directory of this checkpoint's own with what libvirt is told, which only the
 *     backup's user can write to
 * @param scratch another one with the files that qemu uses, and can do with as it likes
 * @param chain the chain of the libvirt checkpoints
 * @param wasRunning whether the machine ran before; one that did not is not made to run
 * @param older our libvirt checkpoints that there are already, the latest last
 */
record LibvirtPlan(
    String id,
    Virsh virsh,
    UUID domain,
    Path documents,
    Path scratch,
    String chain,
    boolean wasRunning,
    List<String> older) {

  static final String KIND = "libvirt";

  /** The step from which on the guest may be frozen, and a backup job be there. */
  static final String FREEZING = "freezing";

  /** The step from which on a backup job may be there, with nothing frozen. */
  static final String BEGINNING = "beginning";

  /** The step from which on the machine may be paused by us, for others of its group. */
  static final String PAUSING = "pausing";

  /** The step from which on nothing is frozen, nor paused. */
  static final String THAWED = "thawed";

  /** The step from which on the new libvirt checkpoint is a base, and the older ones are not. */
  static final String CONFIRMED = "confirmed";

  /** What our directories begin with. */
  static final String PREFIX = "dozo-";

  LibvirtPlan {
    if (!id.matches("[0-9a-f]{12}")) {
      throw new IllegalArgumentException("A checkpoint's id has 12 hexadecimal digits, not " + id);
    }
    older = List.copyOf(older);
  }

  /** The name of the libvirt checkpoint. */
  String checkpoint() {
    return new CheckpointNames(chain).of(id);
  }

  Path nbdSocket() {
    return scratch.resolve("nbd");
  }

  /** The file in which libvirt keeps what the guest overwrites on a disk. */
  Path scratchFile(String target) {
    return scratch.resolve(target + ".qcow2");
  }

  /** What the directory is called once nothing may be begun in it any more. */
  Path retired() {
    return scratch.resolveSibling(PREFIX + id + "-old");
  }

  /** Writes it down. */
  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id).put("connection", virsh.connection()).put("domain", domain.toString());
    json.put("documents", documents.toString());
    json.put("scratch", scratch.toString()).put("chain", chain).put("wasRunning", wasRunning);
    ArrayNode words = json.putArray("virsh");
    virsh.program().words().forEach(words::add);
    ArrayNode names = json.putArray("older");
    older.forEach(names::add);
    return json;
  }

  /** Reads what {@link #toJson} wrote. */
  static LibvirtPlan of(JsonNode json) throws IOException {
    try {
      return new LibvirtPlan(
          text(json, "id"),
          new Virsh(new Program(texts(json, "virsh")), text(json, "connection")),
          UUID.fromString(text(json, "domain")),
          Path.of(text(json, "documents")),
          Path.of(text(json, "scratch")),
          text(json, "chain"),
          json.path("wasRunning").asBoolean(false),
          texts(json, "older"));
    } catch (IllegalArgumentException e) {
      throw new IOException(
          "The journal's plan is not one of a libvirt checkpoint: " + e.getMessage(), e);
    }
  }

  private static String text(JsonNode json, String member) {
    return json.path(member).asString("");
  }

  private static List<String> texts(JsonNode json, String member) {
    List<String> texts = new ArrayList<>();
    json.path(member).forEach(each -> texts.add(each.asString("")));
    return texts;
  }
}
