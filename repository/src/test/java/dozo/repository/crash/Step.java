package dozo.repository.crash;

import static dozo.repository.crash.Scene.await;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.key.Argon2Cost;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.StateEntry;
import dozo.repository.catalogue.TrashedPoint;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.GroupBrokenException;
import dozo.repository.ingest.IngestSession;
import dozo.repository.storage.FaultyFiles.Operation;
import dozo.repository.sweep.SweepListener;
import dozo.repository.sweep.SweepReport;
import dozo.repository.sweep.SweepRequest;
import dozo.repository.sweep.WasteBudget;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import tools.jackson.databind.node.JsonNodeFactory;

/** One thing that a workload does. A kind of work that is added to {@link #ALL} is in every run. */
@FunctionalInterface
interface Step {

  /** Does it. */
  void run(Scene scene) throws IOException;

  /** What workloads are made of; what stands here more often happens more often. */
  List<Step> ALL =
      List.of(
          Step::backUp,
          Step::backUp,
          Step::backUpSideBySide,
          Step::backUpSideBySide,
          Step::backUpChanges,
          Step::backUpChanges,
          Step::backUpGroup,
          Step::backUpGroup,
          Step::abort,
          Step::addKeySlot,
          Step::removeKeySlot,
          Step::addKeyEpoch,
          Step::putState,
          Step::putState,
          Step::deleteState,
          Step::forget,
          Step::forget,
          Step::undelete,
          Step::sweep,
          Step::sweep,
          Step::verify,
          Scene::reopen,
          Step::beKilled,
          Step::beKilled,
          Scene::reopenAfterPowerCut);

  /** A session that commits. */
  static void backUp(Scene scene) throws IOException {
    try (IngestSession session = scene.feedSession()) {
      await(scene.commit(session));
    }
  }

  /** Sessions that commit at the same time, and one beside them that may abort. */
  static void backUpSideBySide(Scene scene) throws IOException {
    List<CompletableFuture<CommitReceipt>> commits = new ArrayList<>();
    try (IngestSession aborted = scene.feedSession()) {
      for (int i = 0; i < 3; i++) {
        commits.add(scene.commit(scene.feedSession()));
      }
      if (scene.random().nextBoolean()) {
        commits.add(scene.commit(aborted));
      }
    }
    for (CompletableFuture<CommitReceipt> commit : commits) {
      await(commit);
    }
  }

  /** A session that sends what has changed since a restore point, or all if there is none yet. */
  static void backUpChanges(Scene scene) throws IOException {
    Optional<RestorePoint> base = scene.anyRestorePoint();
    try (IngestSession session =
        base.isPresent() ? scene.feedChanges(base.get()) : scene.feedSession()) {
      await(scene.commit(session));
    }
  }

  /** Sessions that commit together, or of which one gives the group up. */
  static void backUpGroup(Scene scene) throws IOException {
    List<IngestSession> sessions = scene.feedGroup();
    List<CompletableFuture<CommitReceipt>> commits = new ArrayList<>();
    boolean whole = scene.random().nextInt(4) > 0;
    for (IngestSession session : sessions.subList(whole ? 0 : 1, sessions.size())) {
      commits.add(scene.commit(session));
    }
    if (!whole) {
      sessions.getFirst().close();
    }
    for (CompletableFuture<CommitReceipt> commit : commits) {
      try {
        await(commit);
      } catch (IOException e) {
        if (whole || !(rootOf(e) instanceof GroupBrokenException)) {
          throw e;
        }
      }
    }
  }

  private static Throwable rootOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** A session that is given up. */
  static void abort(Scene scene) throws IOException {
    scene.feedSession().close();
  }

  /** One more secret. */
  static void addKeySlot(Scene scene) throws IOException {
    int number = 1 + scene.promises().names(Secrets.NAME).size();
    scene.promise(
        Secrets.name(number),
        Integer.toString(number),
        () -> {
          try (SlotSecret secret = Secrets.secret(number)) {
            scene.repository().keys().addSlot(secret, Argon2Cost.DEFAULT, Secrets.name(number));
          }
        });
  }

  /** One secret less, never the first. */
  static void removeKeySlot(Scene scene) throws IOException {
    for (var slot : scene.repository().keys().slots()) {
      Optional<Integer> number = Secrets.ofLabel(slot.label());
      if (number.isPresent()) {
        scene.promise(
            Secrets.name(number.get()),
            Promises.NONE,
            () -> scene.repository().keys().removeSlot(slot.id()));
        return;
      }
    }
  }

  /** A key epoch, which the packs after it need. */
  static void addKeyEpoch(Scene scene) throws IOException {
    scene.repository().keys().addEpoch(Clock.systemUTC());
  }

  /** A state entry, new or replaced. */
  static void putState(Scene scene) throws IOException {
    UUID id = new UUID(0, scene.random().nextInt(3));
    String value = Integer.toString(scene.random().nextInt());
    StateEntry entry =
        new StateEntry("crash", id, JsonNodeFactory.instance.objectNode().put("value", value));
    scene.promise(Promises.STATE + id, value, () -> scene.repository().state().put(entry));
  }

  /** A state entry less. */
  static void deleteState(Scene scene) throws IOException {
    UUID id = new UUID(0, scene.random().nextInt(3));
    scene.promise(
        Promises.STATE + id, Promises.NONE, () -> scene.repository().state().delete("crash", id));
  }

  /** A restore point is moved to the trash. */
  static void forget(Scene scene) throws IOException {
    Optional<RestorePoint> point = scene.anyRestorePoint();
    if (point.isPresent()) {
      RestorePointId id = point.get().id();
      String group = point.get().attributes().getOrDefault("group", "none");
      scene.promises().begin(Promises.UNGROUPED + group, Promises.GONE, scene.machine().position());
      scene.promise(
          Promises.TRASHED + id,
          Promises.THERE,
          () ->
              scene.promise(
                  Promises.RESTORE_POINT + id,
                  Promises.GONE,
                  () -> scene.repository().pruner().forget(id)));
    }
  }

  /** A restore point comes back from the trash; if none is there, one is put there before. */
  static void undelete(Scene scene) throws IOException {
    if (scene.repository().pruner().trashed().isEmpty()) {
      forget(scene);
    }
    List<TrashedPoint> trashed = scene.repository().pruner().trashed();
    if (!trashed.isEmpty()) {
      RestorePointId id = trashed.get(scene.random().nextInt(trashed.size())).id();
      scene.promise(
          Promises.TRASHED + id,
          Promises.NONE,
          () ->
              scene.promise(
                  Promises.RESTORE_POINT + id,
                  Promises.THERE,
                  () -> scene.repository().pruner().undelete(id)));
    }
  }

  /** Space is given back: all that can be, or what a budget says; the trash is emptied or kept. */
  static void sweep(Scene scene) throws IOException {
    SweepRequest request = SweepRequest.standard();
    if (scene.random().nextInt(4) > 0) {
      request = request.withMaximumUnused(new WasteBudget.Bytes(0));
    }
    boolean empties = scene.random().nextBoolean();
    if (empties) {
      request = request.withKeeping(Duration.ZERO, Duration.ZERO);
      for (TrashedPoint point : scene.repository().pruner().trashed()) {
        int position = scene.machine().position();
        scene.promises().begin(Promises.TRASHED + point.id(), Promises.NONE, position);
        scene.promises().begin(Promises.PURGED + point.id(), Promises.GONE, position);
      }
    }
    SweepReport report = scene.repository().sweeper().sweep(request, SweepListener.NONE);
    assertThat(report.damaged()).as("damage that a sweep met").isEmpty();
    if (empties) {
      for (String name : scene.promises().names(Promises.TRASHED)) {
        scene.promises().done(name, Promises.NONE, scene.machine().position());
      }
    }
  }

  /** Everything is read and found sound, which is noted for each restore point. */
  static void verify(Scene scene) throws IOException {
    VerifyReport report =
        scene
            .repository()
            .verify(VerifyRequest.all(scene.random().nextBoolean()), VerifyListener.NONE);
    assertThat(report.damagedPacks()).as("damage that was found").isEmpty();
  }

  /** A process that dies in the middle of another step, and the next one. */
  static void beKilled(Scene scene) throws IOException {
    List<Step> within =
        List.of(
            Step::backUp,
            Step::backUpSideBySide,
            Step::backUpChanges,
            Step::addKeySlot,
            Step::putState,
            Step::forget,
            Step::undelete,
            Step::sweep,
            Step::sweep);
    Set<Operation> reading = Set.of(Operation.READ);
    AtomicInteger left = new AtomicInteger(scene.random().nextInt(25));
    scene
        .files()
        .failIf(event -> {
          if (!reading.contains(event.operation()) && left.getAndDecrement() <= 0) {
            scene.machine().kill();
            throw new IOException("The process was killed");
          }
        });
    try {
      within.get(scene.random().nextInt(within.size())).run(scene);
    } catch (IOException e) {
      // Whether the step came to its end before the kill is all the same.
    }
    scene.reopenAfterKill();
  }
}
