package dozo.mount.tree;

import dozo.format.disk.ChunkSource;
import dozo.format.key.Argon2Cost;
import dozo.format.key.KeyFile;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.repository.Repository;
import dozo.repository.RepositoryOptions;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.DiskSpec;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.SessionRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.Semaphore;

/** A repository with one restore point of one disk: the engine as it is, packs and all. */
final class StoredPoint implements RestorePoints, AutoCloseable {
  static final String DISK = "disk0";

  private static final int FRAME_BYTES = 256 << 10;
  private static final int FRAMES_UNDER_WAY = 16;

  private final Repository repository;
  private final RestorePoint point;

  private StoredPoint(Repository repository, RestorePoint point) {
    this.repository = repository;
    this.point = point;
  }

  /**
   * Stores a disk.
   *
   * @param zeroBytes how much of zeros follows the content, in whole mebibytes
   */
  static StoredPoint of(Path directory, byte[] content, long zeroBytes) throws IOException {
    try (SlotSecret secret = KeyFile.of(new byte[KeyFile.MINIMUM_BYTES])) {
      RepositoryOptions options = RepositoryOptions.standard();
      Repository.create(
          directory, RepositoryParameters.standard(), secret, Argon2Cost.DEFAULT, "", options);
      Repository repository = Repository.open(directory, secret, options);
      try {
        return new StoredPoint(repository, backUp(repository, content, zeroBytes));
      } catch (IOException | RuntimeException e) {
        repository.close();
        throw e;
      }
    }
  }

  private static RestorePoint backUp(Repository repository, byte[] content, long zeroBytes)
      throws IOException {
    DiskGeometry geometry = new DiskGeometry(content.length + zeroBytes, 512, 4096);
    SessionRequest request =
        new SessionRequest(
            new VmRef("default", new UUID(1, 1), "vm", "host"),
            "default",
            List.of(new DiskSpec(DISK, geometry, new UUID(1, 2), Optional.empty())),
            List.of(),
            Consistency.NONE,
            new TreeMap<>());
    try (IngestSession session = repository.beginSession(request)) {
      IngestStream stream = session.stream(DISK);
      Semaphore credit = new Semaphore(FRAMES_UNDER_WAY);
      for (int at = 0; at < content.length; at += FRAME_BYTES) {
        credit.acquireUninterruptibly();
        stream.data(content, at, Math.min(FRAME_BYTES, content.length - at), credit::release);
      }
      if (zeroBytes > 0) {
        stream.zeros(zeroBytes, () -> {});
      }
      stream.end();
      return session.commit(CommitDetails.AS_BEGUN).join().restorePoint();
    }
  }

  RestorePoint point() {
    return point;
  }

  @Override
  public List<RestorePoint> list() {
    return List.of(point);
  }

  @Override
  public ChunkSource openDisk(RestorePointId id, String disk) throws IOException {
    return repository.openDisk(id, disk);
  }

  @Override
  public ChunkSource openFile(RestorePointId id, String file) throws IOException {
    return repository.openFile(id, file);
  }

  @Override
  public void close() throws IOException {
    repository.close();
  }
}
