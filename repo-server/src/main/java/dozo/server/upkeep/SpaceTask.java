package dozo.server.upkeep;

import dozo.format.manifest.RestorePointId;
import dozo.repository.Repository;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Finds out what deleting restore points would free.
 *
 * @param points at least one
 * @param restoreCost whether to find out, too, what has to be decoded to restore them
 */
public record SpaceTask(List<RestorePointId> points, boolean restoreCost) implements UpkeepTask {

  static final String KIND = "space";

  /** Keeps a copy. */
  public SpaceTask {
    points = List.copyOf(points);
    if (points.isEmpty()) {
      throw new IllegalArgumentException("To ask for space takes a restore point");
    }
  }

  static SpaceTask parse(JsonMembers members) {
    SpaceTask task =
        new SpaceTask(
            members.texts("restorePoints").stream().map(RestorePointId::parse).toList(),
            members.flag("restoreCost"));
    members.requireAllTaken();
    return task;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public boolean needsAdmin() {
    return false;
  }

  @Override
  public ObjectNode run(Repository repository, Listener listener, StopSignal stop)
      throws IOException {
    ObjectNode report = UpkeepJson.write(repository.space(points));
    if (restoreCost) {
      for (JsonNode point : report.withArray("restorePoints")) {
        if (stop.isStopped()) {
          break;
        }
        RestorePointId id = RestorePointId.parse(point.path("id").stringValue());
        ((ObjectNode) point).put("decodedBytes", repository.decodedBytes(id));
      }
    }
    return report;
  }
}
