package dozo.repository.sweep;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static dozo.repository.sweep.SweepFixture.THOROUGH;
import static dozo.repository.sweep.SweepFixture.requireNoLeak;
import static dozo.repository.sweep.SweepFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.manifest.RestorePoint;
import dozo.repository.Repository;
import dozo.repository.TestRepository;
import dozo.repository.storage.FaultyFiles;
import dozo.repository.storage.FaultyFiles.Operation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Makes the file system fail at each operation of pruning and sweeping in turn, for a moment or for
 * good, and opens the repository again.
 */
final class SweepFaultTest {

  private static final List<Integer> KEPT = List.of(1, 2, 3, 4, 5);
  private static final List<Integer> GONE = List.of(1, 2, 3, 11, 12, 13, 14, 15, 16, 17);

  @TempDir Path directory;

  private final AtomicInteger operations = new AtomicInteger();
  private int failing;
  private boolean forGood;

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void losesAndLeaksNothing(boolean forGood) throws IOException {
    this.forGood = forGood;
    Path original = Files.createDirectory(directory.resolve("original"));
    SweepFixture fixture = new SweepFixture(original);
    RestorePoint kept;
    RestorePoint gone;
    try (Repository repository = fixture.open()) {
      gone = backUp(repository, vm(1), Map.of("disk0", BlockPool.disk(GONE)));
      kept = backUp(repository, vm(2), Map.of("disk0", BlockPool.disk(KEPT)));
    }
    failing = Integer.MAX_VALUE;
    int total = run(original, gone, kept);
    assertThat(total).isGreaterThan(20);
    for (failing = 1; failing <= total; failing += forGood ? 3 : 1) {
      run(original, gone, kept);
    }
  }

  /** Prunes and sweeps a copy while it fails; returns how many operations there were. */
  private int run(Path original, RestorePoint gone, RestorePoint kept) throws IOException {
    Path copy = directory.resolve("copy");
    copy(original, copy);
    FaultyFiles files = new FaultyFiles();
    try (Repository repository =
        TestRepository.open(copy, TestRepository.options().withFiles(files))) {
      operations.set(0);
      files.failIf(event -> {
        if (event.operation() != Operation.READ) {
          int number = operations.incrementAndGet();
          if (number == failing || (forGood && number > failing)) {
            throw new IOException("injected into " + event);
          }
        }
      });
      try {
        repository.pruner().forget(gone.id());
      } catch (IOException e) {
        assertThat(e).as("operation %d", failing).hasMessageContaining("injected");
      }
      sweep(repository);
      assertThat(readDisk(repository, kept, "disk0"))
          .as("operation %d", failing)
          .isEqualTo(BlockPool.disk(KEPT));
    } catch (IOException e) {
      assertThat(e).as("operation %d", failing).hasStackTraceContaining("injected");
    }
    int done = operations.get();
    try (Repository repository = TestRepository.open(copy)) {
      verify(repository);
      if (repository.restorePoint(gone.id()).isPresent()) {
        assertThat(readDisk(repository, gone, "disk0"))
            .as("operation %d", failing)
            .isEqualTo(BlockPool.disk(GONE));
        repository.pruner().forget(gone.id());
      }
      requireNoLeak(repository);
      verify(repository);
      assertThat(readDisk(repository, kept, "disk0")).isEqualTo(BlockPool.disk(KEPT));
    }
    delete(copy);
    return done;
  }

  /** Sweeps; after a failure there is no second try, since it could not prove anything. */
  private void sweep(Repository repository) {
    try {
      repository.sweeper().sweep(THOROUGH, SweepListener.NONE);
    } catch (IOException e) {
      assertThat(e).as("operation %d", failing).hasMessageContaining("injected");
      assertThatThrownBy(() -> repository.sweeper().sweep(THOROUGH, SweepListener.NONE))
          .hasMessageContaining("opened again")
          .hasCause(e);
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> paths = Files.walk(from)) {
      for (Path path : paths.toList()) {
        Files.copy(path, to.resolve(from.relativize(path)));
      }
    }
  }

  private static void delete(Path root) throws IOException {
    try (Stream<Path> paths = Files.walk(root)) {
      for (Path path : paths.toList().reversed()) {
        Files.delete(path);
      }
    }
  }
}
