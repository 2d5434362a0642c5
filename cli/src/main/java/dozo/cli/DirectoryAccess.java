package dozo.cli;

import dozo.cli.console.Progress;
import dozo.cli.secret.SecretReader;
import dozo.format.ChunkHasher;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.DiskRange;
import dozo.format.key.KeySource;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.repository.read.DiskChanges;
import dozo.repository.verify.VerifyRequest;
import dozo.repository.work.StopSignal;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Supplier;

/** Restore points in a bare directory, which is read only. */
final class DirectoryAccess implements Access {

  private static final int RANGES_AT_A_TIME = 8_192;

  private final Path directory;
  private final Repository repository;

  private DirectoryAccess(Path directory, Repository repository) {
    this.directory = directory;
    this.repository = repository;
  }

  static DirectoryAccess open(DirectoryOptions options, SecretReader secrets) throws IOException {
    return open(options, secrets, Repository::openReadOnly);
  }

  /** Opens a directory to write down what is found out about it. */
  static DirectoryAccess openForChanges(DirectoryOptions options, SecretReader secrets)
      throws IOException {
    return open(options, secrets, Repository::open);
  }

  @FunctionalInterface
  private interface Opening {
    Repository open(Path directory, KeySource source, RepositoryOptions options) throws IOException;
  }

  private static DirectoryAccess open(
      DirectoryOptions options, SecretReader secrets, Opening opening) throws IOException {
    Path directory = options.requireDirectory(secrets);
    try (KeySource source = options.source(secrets)) {
      return new DirectoryAccess(
          directory, opening.open(directory, source, RepositoryOptions.standard()));
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

  @Override
  public Supplier<ChunkHasher> chunkHashers(RestorePoint point) {
    byte[] key = repository.chunkIdKey(point.domain());
    return () -> new ChunkHasher(key);
  }

  @Override
  public List<DiskRange> changes(RestorePoint base, RestorePoint point, String disk)
      throws IOException {
    List<DiskRange> ranges = new ArrayList<>();
    OptionalLong next = OptionalLong.of(0);
    while (next.isPresent()) {
      DiskChanges some =
          repository.changes(base.id(), point.id(), disk, next.getAsLong(), RANGES_AT_A_TIME);
      ranges.addAll(some.ranges());
      next = some.next();
    }
    return ranges;
  }

  /** Verifies; a repository knows better ways than reading restore points one by one. */
  VerifyFindings verify(VerifyRequest request, Progress progress, StopSignal stop)
      throws IOException {
    List<RestorePoint> points = repository.restorePoints();
    return VerifyFindings.of(
        repository.verify(request, VerifyFindings.show(progress), stop), points);
  }

  /** Nothing waits for long in a directory. */
  @Override
  public void giveUp() {}

  @Override
  public void close() throws IOException {
    repository.close();
  }
}
