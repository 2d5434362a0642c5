package dozo.repository;

import static dozo.repository.TestRepository.readDisks;
import static dozo.repository.TestRepository.request;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.ingest.IngestSession;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What goes in comes out: random work on a repository beside a map that remembers what it should
 * hold. A failure prints its seed, which {@code -Ddozo.test.seed=} takes.
 */
final class RepositoryModelTest {

  private static final int OPERATIONS = 150;
  private static final int LARGEST_DISK_BYTES = 2 << 20;

  @TempDir Path directory;

  private final Map<RestorePointId, Map<String, byte[]>> model = new LinkedHashMap<>();
  private final Map<Integer, Map<String, byte[]>> disksOfVms = new LinkedHashMap<>();
  private Random random = new Random();

  @Test
  void givesBackWhatItWasGiven() throws IOException {
    long seed = Long.getLong("dozo.test.seed", System.nanoTime());
    random = new Random(seed);
    TestRepository.create(directory);
    try {
      Repository repository = TestRepository.open(directory);
      try {
        for (int i = 0; i < OPERATIONS; i++) {
          repository = step(repository);
        }
        checkAll(repository);
      } finally {
        repository.close();
      }
    } catch (IOException | RuntimeException | AssertionError e) {
      throw new AssertionError("Rerun with -Ddozo.test.seed=" + seed, e);
    }
  }

  private Repository step(Repository repository) throws IOException {
    switch (random.nextInt(12)) {
      case 0 -> abort(repository);
      case 1 -> {
        return reopen(repository, false);
      }
      case 2 -> {
        return reopen(repository, true);
      }
      case 3, 4, 5 -> checkOne(repository);
      case 6 ->
          assertThat(
                  repository
                      .verify(VerifyRequest.all(random.nextBoolean()), VerifyListener.NONE)
                      .isSound())
              .isTrue();
      default -> backUp(repository);
    }
    return repository;
  }

  private void backUp(Repository repository) throws IOException {
    int number = random.nextInt(5);
    Map<String, byte[]> disks = change(disksOfVms.getOrDefault(number, Map.of()));
    disksOfVms.put(number, disks);
    RestorePoint point = TestRepository.backUp(repository, vm(number), disks);
    model.put(point.id(), disks);
  }

  private void abort(Repository repository) throws IOException {
    Map<String, byte[]> disks = change(Map.of());
    try (IngestSession session = repository.beginSession(request(vm(0), disks, Map.of()))) {
      disks.forEach((name, content) -> {
        int length = random.nextInt(content.length);
        if (length > 0) {
          session.stream(name).data(content, 0, length, () -> {});
        }
      });
    }
  }

  /** A few writes anywhere, other VMs' blocks among them, and sometimes a disk more. */
  private Map<String, byte[]> change(Map<String, byte[]> before) {
    Map<String, byte[]> disks = new LinkedHashMap<>();
    before.forEach((name, content) -> disks.put(name, content.clone()));
    if (disks.isEmpty() || (disks.size() < 4 && random.nextInt(4) == 0)) {
      int sectors = 1 + random.nextInt(LARGEST_DISK_BYTES / 512);
      disks.put("disk" + disks.size(), TestRepository.disk(random, sectors * 512));
    }
    for (byte[] content : disks.values()) {
      for (int i = random.nextInt(6); i > 0; i--) {
        byte[] written = TestRepository.disk(random, (1 + random.nextInt(100)) * 512);
        int at = random.nextInt(content.length);
        System.arraycopy(written, 0, content, at, Math.min(written.length, content.length - at));
      }
    }
    return disks;
  }

  private Repository reopen(Repository repository, boolean withoutIndex) throws IOException {
    repository.close();
    if (withoutIndex) {
      Files.delete(directory.resolve("index/data.mdb"));
    }
    return TestRepository.open(directory);
  }

  private void checkOne(Repository repository) throws IOException {
    if (!model.isEmpty()) {
      List<RestorePointId> ids = new ArrayList<>(model.keySet());
      check(repository, ids.get(random.nextInt(ids.size())));
    }
  }

  private void checkAll(Repository repository) throws IOException {
    assertThat(repository.restorePoints().stream().map(RestorePoint::id))
        .containsExactlyElementsOf(model.keySet());
    for (RestorePointId id : model.keySet()) {
      check(repository, id);
    }
  }

  private void check(Repository repository, RestorePointId id) throws IOException {
    RestorePoint point = repository.restorePoint(id).orElseThrow();
    assertThat(readDisks(repository, point)).containsExactlyInAnyOrderEntriesOf(model.get(id));
  }
}
