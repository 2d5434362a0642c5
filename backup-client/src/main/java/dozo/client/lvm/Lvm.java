package dozo.client.lvm;

import dozo.client.program.Program;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What is asked of LVM, a process a question.
 *
 * @param program runs {@code lvm}
 */
record Lvm(Program program) {

  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final JsonMapper JSON = new JsonMapper();
  private static final String NAME = "[A-Za-z0-9+_.][A-Za-z0-9+_.-]{0,126}";
  private static final int MAXIMUM_SAID = 2_000;

  private String run(String verb, List<String> arguments) throws IOException {
    List<String> words = new ArrayList<>(List.of(verb));
    words.addAll(arguments);
    Program.Answer answer = program.run(PATIENCE, words);
    if (answer.code() != 0) {
      String said = String.join(" ", answer.err().lines().map(String::strip).toList());
      throw new IOException(
          "lvm "
              + verb
              + ": "
              + (said.isEmpty()
                  ? "ended with code " + answer.code()
                  : said.substring(0, Math.min(said.length(), MAXIMUM_SAID))));
    }
    return answer.out();
  }

  /**
   * A volume.
   *
   * @param group its volume group
   * @param name its name
   * @param kind the type of its segments, such as {@code thin} or {@code linear}
   * @param pool the thin pool that it is in; empty if it is in none
   * @param origin what it is a snapshot of; empty if it is none
   * @param dataPercent how full a pool is; 0 for others
   * @param metadataPercent how full a pool's metadata is; 0 for others
   */
  record Volume(
      String group,
      String name,
      String kind,
      String pool,
      String origin,
      double dataPercent,
      double metadataPercent) {

    boolean isThin() {
      return kind.equals("thin") && !pool.isEmpty();
    }

    String path() {
      return group + "/" + name;
    }
  }

  /** The volume at a device. */
  Volume volume(Path device) throws IOException {
    // An absolute path is no option.
    return only(volumes(device.toAbsolutePath().toString()), device.toString());
  }

  /** The pool that a volume is in. */
  Volume pool(Volume volume) throws IOException {
    String path = volume.group() + "/" + volume.pool();
    return only(volumes(path), path);
  }

  private static Volume only(List<Volume> found, String what) throws IOException {
    if (found.size() != 1) {
      throw new IOException("lvm tells " + found.size() + " volumes of " + what);
    }
    return found.getFirst();
  }

  /** The volume of that name in a group, if it is there. */
  Optional<Volume> find(String group, String name) throws IOException {
    return volumes(group).stream().filter(volume -> volume.name().equals(name)).findFirst();
  }

  private List<Volume> volumes(String what) throws IOException {
    String fields = "vg_name,lv_name,segtype,pool_lv,origin,data_percent,metadata_percent";
    String said = run("lvs", List.of("--reportformat", "json", "--options", fields, what));
    List<Volume> volumes = new ArrayList<>();
    try {
      for (JsonNode report : JSON.readTree(said).path("report")) {
        for (JsonNode volume : report.path("lv")) {
          volumes.add(
              new Volume(
                  name(volume, "vg_name"),
                  name(volume, "lv_name"),
                  volume.path("segtype").asString(""),
                  volume.path("pool_lv").asString(""),
                  volume.path("origin").asString(""),
                  percent(volume, "data_percent"),
                  percent(volume, "metadata_percent")));
        }
      }
    } catch (JacksonException e) {
      throw new IOException("lvm lvs writes no JSON", e);
    }
    return volumes;
  }

  private static String name(JsonNode volume, String field) throws IOException {
    String name = volume.path(field).asString("");
    // The hidden parts of others stand in brackets.
    if (!name.matches(NAME) && !name.startsWith("[")) {
      throw new IOException("lvm lvs tells a " + field + " of \"" + name + "\"");
    }
    return name;
  }

  private static double percent(JsonNode volume, String field) throws IOException {
    String told = volume.path(field).asString("");
    try {
      return told.isEmpty() ? 0 : Double.parseDouble(told);
    } catch (NumberFormatException e) {
      throw new IOException("lvm lvs tells a " + field + " of \"" + told + "\"", e);
    }
  }

  /** Makes a snapshot of a thin volume that can be read at once, and by nobody be written to. */
  void snapshot(String origin, String name) throws IOException {
    run(
        "lvcreate",
        List.of(
            "--snapshot",
            "--name",
            name,
            "--permission",
            "r",
            "--setactivationskip",
            "n",
            "--activate",
            "y",
            "--yes",
            origin));
  }

  /** Removes a volume that nobody uses. */
  void remove(Volume volume) throws IOException {
    run("lvremove", List.of("--yes", volume.path()));
  }
}
