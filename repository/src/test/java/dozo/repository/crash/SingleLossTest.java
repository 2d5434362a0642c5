package dozo.repository.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.DozoException;
import dozo.format.RepositoryNotFoundException;
import dozo.format.WrongKeyException;
import dozo.format.manifest.RestorePoint;
import dozo.repository.Repository;
import dozo.repository.TestRepository;
import dozo.repository.ingest.IngestSession;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Any one file is lost, or any 64 KiB of a pack: what follows is what the document's table says.
 */
@ExtendWith(Rerun.class)
final class SingleLossTest {

  private static final long SEED = Rerun.SEED;
  private static final int LOST_BYTES = 64 << 10;

  private final RealDirectory real = new RealDirectory();
  private final Path root = real.path();
  private final Scene scene = new Scene(root, SEED);
  private SimulatedDisk disk = new SimulatedDisk();

  SingleLossTest() throws IOException {}

  @BeforeEach
  void prepare() throws IOException {
    try (scene) {
      Step.backUp(scene);
      Step.addKeySlot(scene);
      Step.putState(scene);
      Step.backUp(scene);
      scene.reopen();
      Step.backUpSideBySide(scene);
    }
    disk = scene.machine().disk();
  }

  @AfterEach
  void clear() throws IOException {
    real.close();
  }

  /** A process on a disk of its own, that has lost what the change takes. */
  private Machine lose(Loss loss) throws IOException {
    SimulatedDisk copy = disk.copy();
    loss.apply(copy);
    scene.indexCopies().put(root, scene.machine().position(), new Random(SEED));
    return new Machine(root, copy);
  }

  @FunctionalInterface
  private interface Loss {
    void apply(SimulatedDisk disk) throws IOException;
  }

  private List<String> files(String directory) throws IOException {
    List<String> found = new ArrayList<>();
    for (var each : disk.directory(directory).names().entrySet()) {
      String path = directory.isEmpty() ? each.getKey() : directory + "/" + each.getKey();
      switch (each.getValue()) {
        case SimulatedFile file -> found.add(path);
        case SimulatedDirectory below -> found.addAll(files(path));
      }
    }
    return found;
  }

  @Test
  void aLostPackIsToldAndHealedByTheNextBackup() throws IOException {
    for (String pack : files("packs")) {
      checkTellsAndHeals(lose(each -> each.apply(new DiskChange.Delete(pack))), pack);
    }
  }

  @Test
  void anyZeroed64KibOfAPackAreToldAndHealedByTheNextBackup() throws IOException {
    Random random = new Random(SEED);
    for (String pack : files("packs")) {
      int length = disk.file(pack).length();
      for (int from : List.of(0, random.nextInt(length), Math.max(0, length - LOST_BYTES))) {
        checkTellsAndHeals(
            lose(each -> each.file(pack).zero(from, Math.min(length, from + LOST_BYTES))),
            pack + " from " + from);
      }
    }
  }

  /** No read gives wrong bytes; what is backed up again heals every restore point. */
  private void checkTellsAndHeals(Machine machine, String what) throws IOException {
    Machine.Files files = machine.start();
    try (Repository repository = Scene.open(root, files, 0)) {
      assertThat(repository.restorePoints()).as(what).hasSize(allPoints());
      for (RestorePoint point : repository.restorePoints()) {
        try {
          Recovery.checkWhole(repository, point);
        } catch (DozoException e) {
          assertThat(e.fault().object() + e.fault().file()).as(what).isNotBlank();
        }
      }
      try (IngestSession session = scene.feedAll(repository)) {
        TestRepository.commit(session);
      }
    }
    try (Repository repository = Scene.open(root, files, 0)) {
      for (RestorePoint point : repository.restorePoints()) {
        Recovery.checkWhole(repository, point);
      }
    } catch (DozoException e) {
      throw new AssertionError("Not healed: " + what, e);
    }
  }

  private int allPoints() {
    return scene.promises().acknowledged(scene.machine().position()).size();
  }

  @Test
  void aLostManifestTakesItsRestorePointOnly() throws IOException {
    for (String manifest : files("manifests")) {
      Machine machine = lose(each -> each.apply(new DiskChange.Delete(manifest)));
      try (Repository repository = Scene.open(root, machine.start(), 0)) {
        Set<String> left = new HashSet<>();
        for (RestorePoint point : repository.restorePoints()) {
          left.add(point.id().toString());
          Recovery.checkWhole(repository, point);
        }
        assertThat(left).hasSize(allPoints() - 1).noneMatch(manifest::contains);
      }
    }
  }

  @Test
  void aLostKeySlotTakesItsSecretOnly() throws IOException {
    for (String slot : files("keys")) {
      Machine machine = lose(each -> each.apply(new DiskChange.Delete(slot)));
      Machine.Files files = machine.start();
      int opening = 0;
      for (String name : scene.promises().names(Secrets.NAME)) {
        try (Repository repository = Scene.open(root, files, Secrets.number(name))) {
          assertThat(repository.restorePoints()).hasSize(allPoints());
          opening++;
        } catch (WrongKeyException e) {
          assertThat(e).hasMessageContaining("What to do");
        }
      }
      assertThat(opening).isEqualTo(scene.promises().names(Secrets.NAME).size() - 1);
    }
  }

  @Test
  void withoutItsIdentityARepositoryIsNotOpenedNorMadeAnew() throws IOException {
    Machine machine = lose(each -> each.apply(new DiskChange.Delete("repository.dozo")));
    Machine.Files files = machine.start();

    assertThatThrownBy(() -> Scene.open(root, files, 0))
        .isInstanceOf(RepositoryNotFoundException.class)
        .hasMessageContaining("What to do");
    assertThatThrownBy(() -> Scene.create(root, files))
        .hasMessageContaining("put its file repository.dozo back");
  }

  @Test
  void aLostLockOrIndexIsMadeAnew() throws IOException {
    for (String lost : List.of("lock", "index/data.mdb", "index/lock.mdb")) {
      Machine machine = lose(each -> {});
      Files.deleteIfExists(root.resolve(lost));
      try (Repository repository = Scene.open(root, machine.start(), 0)) {
        assertThat(repository.restorePoints()).as(lost).hasSize(allPoints());
        for (RestorePoint point : repository.restorePoints()) {
          Recovery.checkWhole(repository, point);
        }
        assertThat(root.resolve(lost)).exists();
      }
    }
  }

  @Test
  void aLostStateEntryIsGoneAndNothingElse() throws IOException {
    for (String entry : files("state")) {
      Machine machine = lose(each -> each.apply(new DiskChange.Delete(entry)));
      try (Repository repository = Scene.open(root, machine.start(), 0)) {
        assertThat(repository.state().list("crash")).isEmpty();
        for (RestorePoint point : repository.restorePoints()) {
          Recovery.checkWhole(repository, point);
        }
      }
    }
  }
}
