package dozo.repository.crash;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.format.Fault;
import dozo.format.NoSpaceException;
import dozo.repository.Repository;
import dozo.repository.storage.FaultyFiles.Event;
import dozo.repository.storage.FaultyFiles.Operation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Every call that writes fails once, in each way in which calls fail, and every call that reads.
 * Then another process opens what there is, without the disk having been away, relies on it, and
 * loses its power.
 */
@ExtendWith(Rerun.class)
final class FaultCrashTest {

  private static final long SEED = Rerun.SEED;
  private static final List<Step> STEPS =
      List.of(
          Step::backUp,
          Step::backUpSideBySide,
          Step::addKeySlot,
          Step::putState,
          Step::forget,
          Step::sweep,
          Step::undelete,
          Step::forget,
          Step::backUp,
          Step::sweep,
          Step::backUpGroup);

  /** What a failing call does. */
  private interface Failure {

    /** Throws if the call of that number, from 0, is to fail. */
    void check(int number, Event event) throws IOException;
  }

  /** How far a run came. */
  private record Outcome(Scene scene, boolean hasFailed, int failedStep) {}

  @Test
  void anErrorStopsTheWriterForGood() throws IOException {
    forEachCall((base, call) -> {
      AtomicBoolean failed = new AtomicBoolean();
      Outcome outcome =
          run(
              base,
              (number, event) -> {
                if (number >= call && !failed.getAndSet(true)) {
                  throw new IOException("injected " + event);
                }
              },
              failed);
      if (isBackup(outcome.failedStep)) {
        assertThatThrownBy(() -> outcome.scene.feedSession())
            .hasMessageContaining("has to be opened again");
      }
      if (isSweep(outcome.failedStep)) {
        assertThatThrownBy(() -> Step.sweep(outcome.scene))
            .hasMessageContaining("has to be opened again");
      }
      outcome.scene.reopenAfterError();
      return outcome;
    });
  }

  private static boolean isBackup(int step) {
    return step == 0 || step == 1 || step == 8 || step == 10;
  }

  private static boolean isSweep(int step) {
    return step == 5 || step == 9;
  }

  @Test
  void aFullDiskStopsNothingForGood() throws IOException {
    forEachCall((base, call) -> {
      AtomicBoolean failed = new AtomicBoolean();
      AtomicBoolean freed = new AtomicBoolean();
      Outcome outcome =
          run(
              base,
              (number, event) -> {
                if (number >= call && !freed.get() && event.operation() != Operation.DELETE) {
                  failed.set(true);
                  throw new NoSpaceException(
                      Fault.of("The file system is full").file(event.path()),
                      new IOException("injected"));
                }
              },
              failed);
      Scene scene = outcome.scene;
      freed.set(outcome.failedStep < 0);
      if (outcome.failedStep >= 0) {
        checkWhole(scene.repository());
        freed.set(true);
        await()
            .atMost(60, SECONDS)
            .pollDelay(Duration.ZERO)
            .pollInterval(Duration.ofMillis(2))
            .until(() -> isBackedUp(scene));
        scene.repository().close();
        assertThat(scene.files().list(scene.root().resolve("tmp"))).isEmpty();
      }
      scene.reopenAfterError();
      return outcome;
    });
  }

  /** What is still in flight of the session that failed may take the next one with it. */
  private static boolean isBackedUp(Scene scene) throws IOException {
    try {
      Step.backUp(scene);
      return true;
    } catch (IOException e) {
      assertThat(e).hasRootCauseMessage("injected");
      return false;
    }
  }

  @Test
  void aKillLeavesNothingThatAPowerCutCouldStillTake() throws IOException {
    forEachCall((base, call) -> {
      AtomicBoolean failed = new AtomicBoolean();
      AtomicInteger calls = new AtomicInteger();
      Scene scene = new Scene(base, SEED);
      scene
          .files()
          .failIf(event -> {
            if (event.operation() != Operation.READ && calls.getAndIncrement() >= call) {
              failed.set(true);
              scene.machine().kill();
              throw new IOException("killed");
            }
          });
      int step = play(scene, failed);
      scene.reopenAfterKill();
      return new Outcome(scene, failed.get(), step);
    });
  }

  @Test
  void aReadErrorIsNeverTakenForData() throws IOException {
    try (RealDirectory real = new RealDirectory()) {
      Scene base = base(real.path());
      int points = 0;
      boolean more = true;
      for (int call = 0; more; call++) {
        AtomicInteger calls = new AtomicInteger();
        AtomicBoolean failed = new AtomicBoolean();
        int failing = call;
        Scene scene = new Scene(base, SEED);
        scene
            .files()
            .failIf(event -> {
              if (event.operation() == Operation.READ
                  && !isOneOfMany(event.path())
                  && calls.getAndIncrement() == failing) {
                failed.set(true);
                throw new IOException("injected " + event);
              }
            });
        try {
          scene.open();
          checkWhole(scene.repository());
          Step.backUp(scene);
        } catch (IOException e) {
          assertThat(failed).as("a failure without a fault").isTrue();
        }
        scene.reopenAfterKill();
        checkAllPromises(scene, call);
        more = failed.get();
        points++;
      }
      System.out.printf("Read errors: seed %d, %,d calls%n", SEED, points);
    }
  }

  /** Whether the path is one of the 256 directories of packs, but the first: they are all alike. */
  private static boolean isOneOfMany(Path path) {
    return path.toString().matches(".*/packs/[0-9a-f]{2}") && !path.endsWith("00");
  }

  /** One run that fails at a call, and is opened again. */
  @FunctionalInterface
  private interface Run {
    Outcome play(Scene base, int call) throws IOException;
  }

  /** A repository with a few restore points, closed. */
  private static Scene base(Path root) throws IOException {
    Scene scene = new Scene(root, SEED);
    try (scene) {
      Step.backUp(scene);
      Step.putState(scene);
    }
    return scene;
  }

  private static void forEachCall(Run run) throws IOException {
    try (RealDirectory real = new RealDirectory()) {
      Scene base = base(real.path());
      boolean more = true;
      int call = 0;
      for (; more; call++) {
        try {
          Outcome outcome = run.play(base, call);
          checkAllPromises(outcome.scene, call);
          more = outcome.hasFailed;
        } catch (IOException | RuntimeException | AssertionError e) {
          throw new AssertionError("Failing call " + call, e);
        }
      }
      System.out.printf("Failing calls: seed %d, %,d calls%n", SEED, call);
    }
  }

  private static Outcome run(Scene base, Failure failure, AtomicBoolean failed) throws IOException {
    Scene scene = new Scene(base, SEED);
    AtomicInteger calls = new AtomicInteger();
    scene
        .files()
        .failIf(event -> {
          if (event.operation() != Operation.READ) {
            failure.check(calls.getAndIncrement(), event);
          }
        });
    int step = play(scene, failed);
    return new Outcome(scene, failed.get(), step);
  }

  /** Plays the steps until one fails; returns which, or -1 if none did or opening failed. */
  private static int play(Scene scene, AtomicBoolean failed) throws IOException {
    int step = -1;
    try {
      scene.open();
      for (step = 0; step < STEPS.size(); step++) {
        STEPS.get(step).run(scene);
      }
      return -1;
    } catch (IOException e) {
      assertThat(failed).as("a failure without a fault").isTrue();
      return step;
    }
  }

  private static void checkWhole(Repository repository) throws IOException {
    for (var point : repository.restorePoints()) {
      Recovery.checkWhole(repository, point);
    }
  }

  /** The process that came after relies on all it sees; then the power is cut. */
  private static void checkAllPromises(Scene scene, int call) throws IOException {
    checkWhole(scene.repository());
    scene.backUpAgain();
    scene.close();
    int position = scene.machine().position();
    Random random = new Random(SEED * 31 + call);
    scene.indexCopies().put(scene.root(), position, random);
    new Recovery(scene.root(), scene.promises(), position, random)
        .check(scene.machine().diskAfterWorstPowerCut());
  }
}
