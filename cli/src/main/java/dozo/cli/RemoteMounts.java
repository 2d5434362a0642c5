package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Table;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.mount.overlay.OverlayState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The mounts on a server's host, through its admin API. */
final class RemoteMounts {
  private static final String PATH = "/mounts";

  private final AdminClient client;

  RemoteMounts(AdminClient client) {
    this.client = client;
  }

  /** Has the server mount, and tells where. */
  void begin(ObjectNode wish, Output output) throws IOException {
    ObjectNode mount = client.post(PATH, wish);
    UpkeepCommand.json(output, MountProcess.READY, mount);
    output.line("Mounted on " + text(mount, "path") + " of the server");
    if (mount.has("overlay")) {
      output.line("What is written is kept in overlay " + text(mount, "overlay") + " there");
    }
    output.notice("'dozo unmount --on-server " + text(mount, "id") + "' ends it.");
  }

  private List<ObjectNode> all() throws IOException {
    List<ObjectNode> all = new ArrayList<>();
    for (JsonNode each : client.get(PATH).path("mounts")) {
      if (each instanceof ObjectNode mount) {
        all.add(mount);
      }
    }
    return all;
  }

  /** Lists them. */
  void list(Output output) throws IOException {
    List<ObjectNode> all = all();
    UpkeepCommand.json(output, "mounts", all);
    Table table = new Table("ID", "PATH", "STATE", "BEGUN BY", "VM", "RESTORE POINT", "OVERLAY");
    for (ObjectNode mount : all) {
      String token = text(mount, "token");
      table.row(
          text(mount, "id"),
          text(mount, "path"),
          state(mount),
          token.isEmpty() ? text(mount, "begunBy") : "token " + token,
          text(mount.path("vm"), "name"),
          text(mount, "restorePoint"),
          text(mount, "overlay"));
    }
    output.table(table);
  }

  /** That of its overlay, if the mount is live and its overlay is not sound. */
  private static String state(ObjectNode mount) {
    String state = text(mount, "state");
    String overlay = text(mount, "overlayState");
    boolean isSound = overlay.isEmpty() || overlay.equals(OverlayState.Kind.SOUND.word());
    return state.equals("live") && !isSound ? overlay : state;
  }

  /**
   * Has the server take one away.
   *
   * @param named its id, its path, or the name of its directory
   */
  void end(String named, boolean force, Output output) throws IOException {
    for (ObjectNode mount : all()) {
      String path = text(mount, "path");
      if (text(mount, "id").equals(named) || path.equals(named) || path.endsWith("/" + named)) {
        client.delete(PATH + "/" + text(mount, "id") + (force ? "?force" : ""));
        output.json("unmounted", json -> json.put("mountPoint", path));
        output.notice("Unmounted " + path);
        return;
      }
    }
    throw new NotFoundException(
        Fault.of("The server has no mount " + named)
            .cure("'dozo mounts --on-server' shows which there are"));
  }

  private static String text(JsonNode node, String name) {
    return UpkeepCommand.text(node, name);
  }
}
