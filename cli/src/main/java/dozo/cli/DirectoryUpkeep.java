package dozo.cli;

import dozo.cli.console.Progress;
import dozo.cli.secret.SecretReader;
import dozo.format.key.KeySource;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.repository.retention.Pin;
import dozo.repository.storage.PackStorage.RetiredPack;
import dozo.repository.sweep.SweepRequest;
import dozo.repository.work.StopSignal;
import dozo.server.upkeep.UpkeepJson;
import dozo.server.upkeep.UpkeepTask;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A repository directory that no server has open. */
final class DirectoryUpkeep implements Upkeep {

  private final Path directory;
  private final Repository repository;

  private DirectoryUpkeep(Path directory, Repository repository) {
    this.directory = directory;
    this.repository = repository;
  }

  static DirectoryUpkeep open(DirectoryOptions options, SecretReader secrets) throws IOException {
    Path directory = options.requireDirectory(secrets);
    try (KeySource source = options.source(secrets)) {
      return new DirectoryUpkeep(
          directory, Repository.open(directory, source, RepositoryOptions.standard()));
    }
  }

  @Override
  public String place() {
    return "repository " + directory;
  }

  @Override
  public List<RestorePoint> restorePoints() {
    return repository.restorePoints();
  }

  @Override
  public ObjectNode run(ObjectNode task, Progress progress, StopSignal stop) throws IOException {
    UpkeepTask read = UpkeepTask.parse(task, SweepRequest.standard());
    ObjectNode report =
        read.run(
            repository, (phase, done, total) -> Upkeep.show(progress, phase, done, total), stop);
    if (!report.path("dryRun").asBoolean(false)) {
      audit(
          read.kind(),
          report.has("forgotten")
              ? Map.of("forgotten", report.path("forgotten").asString())
              : Map.of());
    }
    return report;
  }

  @Override
  public void forget(RestorePointId id) throws IOException {
    try {
      repository.pruner().forget(id);
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
    audit("forget", Map.of("restorePoint", id));
  }

  @Override
  public List<ObjectNode> trash() throws IOException {
    return repository.pruner().trashed().stream().map(UpkeepJson::write).toList();
  }

  @Override
  public void undelete(RestorePointId id) throws IOException {
    repository.pruner().undelete(id);
    audit("undelete", Map.of("restorePoint", id));
  }

  /** Brings all packs back from the trash; returns how many there were. */
  int undeletePacks() throws IOException {
    List<RetiredPack> retired = new ArrayList<>(repository.sweeper().retired());
    for (RetiredPack pack : retired) {
      repository.sweeper().restore(pack);
    }
    return retired.size();
  }

  @Override
  public List<ObjectNode> pins() throws IOException {
    return repository.pruner().pins().stream().map(UpkeepJson::write).toList();
  }

  @Override
  public ObjectNode pin(RestorePointId id, @Nullable Instant until, String note)
      throws IOException {
    String setBy = System.getProperty("user.name", "unknown");
    Pin pin = repository.pruner().pin(id, until, note, setBy);
    audit("pin", Map.of("restorePoint", id, "pin", pin.id()));
    return UpkeepJson.write(pin);
  }

  @Override
  public void unpin(UUID pin) throws IOException {
    repository.pruner().unpin(pin);
    audit("unpin", Map.of("pin", pin));
  }

  private void audit(String action, Map<String, ?> details) {
    DirectoryAudit.done(directory, action, details);
  }

  @Override
  public void close() throws IOException {
    repository.close();
  }
}
