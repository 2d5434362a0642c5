package dozo.repository;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.key.SlotSecret;
import dozo.format.manifest.RestorePoint;
import dozo.repository.keys.RepositoryKeys;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.LocalFiles;
import dozo.repository.storage.ReadableFile;
import dozo.repository.storage.WritableFile;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reading a directory when there is nothing else: no server, no index, and no way to write. */
final class OfflineIT {

  @TempDir Path directory;

  private final byte[] content = disk(new Random(1), 3 << 20);

  /** Files that cannot be written, as on a read-only file system. */
  private static final class ReadOnlyFiles implements FileLayer {

    private final LocalFiles files = new LocalFiles();

    private static IOException refuse(Path path) {
      return new IOException(path + ": Read-only file system");
    }

    @Override
    public WritableFile create(Path file) throws IOException {
      throw refuse(file);
    }

    @Override
    public ReadableFile open(Path file) throws IOException {
      return files.open(file);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      throw refuse(to);
    }

    @Override
    public boolean delete(Path file) throws IOException {
      throw refuse(file);
    }

    @Override
    public void createDirectory(Path path) throws IOException {
      throw refuse(path);
    }

    @Override
    public void syncDirectory(Path path) throws IOException {
      throw refuse(path);
    }

    @Override
    public List<Entry> list(Path path) throws IOException {
      return files.list(path);
    }
  }

  private Map<String, Long> everything() throws IOException {
    Map<String, Long> found = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.toList()) {
        found.put(file.toString(), Files.getLastModifiedTime(file).toMillis());
      }
    }
    return found;
  }

  @Test
  void readsPacksManifestsAndKeyAlone() throws IOException {
    TestRepository.create(directory);
    RestorePoint point;
    try (Repository repository = TestRepository.open(directory)) {
      point = backUp(repository, vm(1), Map.of("disk0", content));
      repository.keys().addEpoch(Clock.systemUTC());
      backUp(repository, vm(1), Map.of("disk0", disk(new Random(2), 1 << 20)));
    }
    for (String name : List.of("index", "state", "tmp", "trash", "lock")) {
      deleteTree(directory.resolve(name));
    }
    Map<String, Long> before = everything();
    RepositoryOptions options = TestRepository.options().withFiles(new ReadOnlyFiles());
    try (SlotSecret secret = TestRepository.secret();
        Repository repository = Repository.openReadOnly(directory, secret, options)) {
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      VerifyReport report = repository.verify(VerifyRequest.all(true), VerifyListener.NONE);
      assertThat(report.isSound()).as(report.toString()).isTrue();
    }
    assertThat(everything()).isEqualTo(before);
  }

  @Test
  void newPacksUseTheNewestEpochAndOldOnesAreStillRead() throws IOException {
    TestRepository.create(directory);
    byte[] later = disk(new Random(3), 1 << 20);
    RestorePoint old;
    RestorePoint fresh;
    try (Repository repository = TestRepository.open(directory)) {
      old = backUp(repository, vm(1), Map.of("disk0", content));
      RepositoryKeys keys = repository.keys();
      int before = keys.ring().currentEpoch();
      keys.addEpoch(Clock.systemUTC());
      assertThat(keys.ring().currentEpoch()).isGreaterThan(before);
      fresh = backUp(repository, vm(1), Map.of("disk0", later));
    }
    try (Repository repository = TestRepository.open(directory)) {
      assertThat(readDisk(repository, old, "disk0")).isEqualTo(content);
      assertThat(readDisk(repository, fresh, "disk0")).isEqualTo(later);
      VerifyReport report = repository.verify(VerifyRequest.all(true), VerifyListener.NONE);
      assertThat(report.isSound()).as(report.toString()).isTrue();
    }
  }

  private static void deleteTree(Path root) throws IOException {
    if (Files.exists(root)) {
      try (Stream<Path> files = Files.walk(root)) {
        for (Path file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
