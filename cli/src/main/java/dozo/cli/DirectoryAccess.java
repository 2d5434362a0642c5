package dozo.cli;

import dozo.cli.console.Progress;
import dozo.cli.secret.SecretReader;
import dozo.format.disk.ChunkSource;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.function.BooleanSupplier;

/** Restore points in a bare directory, which is read only. */
final class DirectoryAccess implements Access {

  private final Path directory;
  private final Repository repository;

  private DirectoryAccess(Path directory, Repository repository) {
    this.directory = directory;
    this.repository = repository;
  }

  static DirectoryAccess open(DirectoryOptions options, SecretReader secrets) throws IOException {
    Path directory = options.requireDirectory(secrets);
    try (SlotSecret secret = options.secret(secrets, false)) {
      return new DirectoryAccess(
          directory, Repository.openReadOnly(directory, secret, RepositoryOptions.standard()));
    }
  }

  @Override
  public String place() {
    return "repository " + directory;
  }

  @Override
  public Optional<Path> directory() {
    return Optional.of(directory);
  }

  @Override
  public List<RestorePoint> list() {
    return repository.restorePoints();
  }

  @Override
  public ChunkSource openDisk(RestorePointId restorePoint, String disk) throws IOException {
    return repository.openDisk(restorePoint, disk);
  }

  @Override
  public ChunkSource openFile(RestorePointId restorePoint, String file) throws IOException {
    return repository.openFile(restorePoint, file);
  }

  /**
   * Verifies restore points; a repository knows better ways than reading them one by one.
   *
   * @param isCancelled asked now and then
   * @throws CancellationException if it was
   */
  VerifyFindings verify(Set<RestorePointId> points, Progress progress, BooleanSupplier isCancelled)
      throws IOException {
    VerifyReport report =
        repository.verify(
            new VerifyRequest(point -> points.contains(point.id()), true),
            (done, total) -> {
              if (isCancelled.getAsBoolean()) {
                throw new CancellationException("Cancelled");
              }
              progress.show(new Progress.Step(done, total, "", json -> {}));
            });
    return new VerifyFindings(
        report.restorePoints(),
        report.bytes(),
        report.damages().stream()
            .map(damage ->
                new VerifyFindings.Damage(
                    damage.restorePoint(),
                    damage.name(),
                    "offset %d, %d bytes: %s"
                        .formatted(damage.offset(), damage.lengthBytes(), damage.reason())))
            .toList(),
        report.moreDamages(),
        report.brokenFiles());
  }

  /** Nothing waits for long in a directory. */
  @Override
  public void giveUp() {}

  @Override
  public void close() throws IOException {
    repository.close();
  }
}
