package dozo.client.lvm;

import dozo.client.program.Program;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The snapshots that a checkpoint makes: what a journal holds.
 *
 * @param id the checkpoint's id: 12 hexadecimal digits
 * @param lvm how LVM is asked
 * @param snapshots in the order in which they are made
 */
record LvmPlan(String id, Lvm lvm, List<Snapshot> snapshots) {

  static final String KIND = "lvm";

  LvmPlan {
    if (!id.matches("[0-9a-f]{12}")) {
      throw new IllegalArgumentException("A checkpoint's id has 12 hexadecimal digits, not " + id);
    }
    snapshots = List.copyOf(snapshots);
  }

  /**
   * A snapshot.
   *
   * @param group the volume group
   * @param origin the volume
   * @param name the snapshot's name
   */
  record Snapshot(String group, String origin, String name) {}

  /** The name of the snapshot of a disk, by the disk's number. */
  static String name(String id, int disk) {
    return "dozo-" + id + "-" + disk;
  }

  /** Writes it down. */
  ObjectNode toJson() {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    json.put("id", id);
    ArrayNode words = json.putArray("lvm");
    lvm.program().words().forEach(words::add);
    ArrayNode list = json.putArray("snapshots");
    for (Snapshot each : snapshots) {
      list.addObject()
          .put("group", each.group())
          .put("origin", each.origin())
          .put("name", each.name());
    }
    return json;
  }

  /** Reads what {@link #toJson} wrote. */
  static LvmPlan of(JsonNode json) throws IOException {
    List<String> words = new ArrayList<>();
    json.path("lvm").forEach(word -> words.add(word.asString("")));
    List<Snapshot> snapshots = new ArrayList<>();
    for (JsonNode each : json.path("snapshots")) {
      snapshots.add(
          new Snapshot(
              each.path("group").asString(""),
              each.path("origin").asString(""),
              each.path("name").asString("")));
    }
    try {
      return new LvmPlan(json.path("id").asString(""), new Lvm(new Program(words)), snapshots);
    } catch (IllegalArgumentException e) {
      throw new IOException("The journal's plan is not one of LVM: " + e.getMessage(), e);
    }
  }
}
