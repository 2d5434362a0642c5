package dozo.cli;

import dozo.cli.console.Progress;
import dozo.format.ErrorCode;
import dozo.format.Fault;
import dozo.format.RemoteException;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.RestorePointJson;
import dozo.protocol.client.ConnectionSettings;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The repository of a running server, through its admin API. */
final class ServerUpkeep implements Upkeep {

  private static final int PAGE = 1_000;
  private static final long LOOK_MILLISECONDS = 200;

  private final AdminClient client;
  private final String place;

  private ServerUpkeep(AdminClient client, String place) {
    this.client = client;
    this.place = place;
  }

  /**
   * Prepares to ask a server.
   *
   * @param adminPort the port of its admin API
   * @throws IllegalArgumentException if the settings name a Unix socket, or no token
   */
  static ServerUpkeep open(ConnectionSettings settings, int adminPort) throws IOException {
    return new ServerUpkeep(AdminClient.open(settings, adminPort), "server " + settings.address());
  }

  @Override
  public String place() {
    return place;
  }

  @Override
  public List<RestorePoint> restorePoints() throws IOException {
    List<RestorePoint> points = new ArrayList<>();
    String after = "";
    do {
      ObjectNode page = client.get("/restore-points?limit=" + PAGE + after);
      for (ObjectNode point : objects(page, "restorePoints")) {
        points.add(RestorePointJson.fromTree(point, place));
      }
      after = page.has("next") ? "&after=" + page.path("next").asString() : "";
    } while (!after.isEmpty());
    return points;
  }

  private static List<ObjectNode> objects(ObjectNode answer, String name) {
    List<ObjectNode> objects = new ArrayList<>();
    for (JsonNode each : answer.path(name)) {
      if (each instanceof ObjectNode object) {
        objects.add(object);
      }
    }
    return objects;
  }

  @Override
  public ObjectNode run(ObjectNode task, Progress progress, StopSignal stop) throws IOException {
    ObjectNode job = client.post("/jobs", task);
    String path = "/jobs/" + job.path("id").asString();
    boolean told = false;
    while (job.path("state").asString("").equals("running")) {
      if (stop.isStopped() && !told) {
        client.delete(path);
        told = true;
      }
      JsonNode step = job.path("progress");
      Upkeep.show(
          progress,
          step.path("phase").asString(""),
          step.path("done").asLong(0),
          step.path("total").asLong(0));
      pause();
      job = client.get(path);
    }
    if (job.get("result") instanceof ObjectNode result) {
      return result;
    }
    throw new RemoteException(
        Fault.of("The server could not do it: " + job.path("problem").asString("")).in(place),
        ErrorCode.INTERNAL,
        false);
  }

  private static void pause() throws IOException {
    try {
      Thread.sleep(LOOK_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("Interrupted while the server works");
    }
  }

  @Override
  public void forget(RestorePointId id) throws IOException {
    client.delete("/restore-points/" + id);
  }

  @Override
  public List<ObjectNode> trash() throws IOException {
    return objects(client.get("/trash"), "restorePoints");
  }

  @Override
  public void undelete(RestorePointId id) throws IOException {
    client.post("/trash/" + id + "/undelete", null);
  }

  @Override
  public List<ObjectNode> pins() throws IOException {
    return objects(client.get("/pins"), "pins");
  }

  @Override
  public ObjectNode pin(RestorePointId id, @Nullable Instant until, String note)
      throws IOException {
    ObjectNode plan =
        JsonNodeFactory.instance.objectNode().put("restorePoint", id.toString()).put("note", note);
    if (until != null) {
      plan.put("until", until.toString());
    }
    return client.post("/pins", plan);
  }

  @Override
  public void unpin(UUID pin) throws IOException {
    client.delete("/pins/" + pin);
  }

  @Override
  public void close() {
    client.close();
  }
}
