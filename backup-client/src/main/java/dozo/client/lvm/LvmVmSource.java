package dozo.client.lvm;

import dozo.client.leftover.CleanupSteps;
import dozo.client.leftover.Journal;
import dozo.client.leftover.Journals;
import dozo.client.leftover.Watchdog;
import dozo.client.program.ProgramException;
import dozo.client.source.Checkpoint;
import dozo.client.source.CheckpointTrace;
import dozo.client.source.DiskFile;
import dozo.client.source.FileVmSource;
import dozo.client.source.SourceException;
import dozo.client.source.SourceUnreadableException;
import dozo.client.source.VmSource;
import dozo.format.Fault;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/** A VM whose disks are in thin volumes of LVM, which may be written to meanwhile. */
public final class LvmVmSource implements VmSource {

  /** A pool that fills up fails the writes of every volume in it. */
  private static final double FULLEST_POOL_PERCENT = 95;

  private final LvmOptions options;
  private final Lvm lvm;
  private final Clock clock = Clock.systemUTC();

  private boolean hasLeftNothing;

  /** Names the volumes, without asking for them. */
  public LvmVmSource(LvmOptions options) {
    this.options = options;
    this.lvm = new Lvm(options.lvm());
  }

  @Override
  public List<CheckpointTrace> traces() {
    return List.of(new CheckpointTrace(LvmPlan.KIND, "snapshots of " + options.volumes().values()));
  }

  @Override
  public boolean hasLeftNothing() {
    return hasLeftNothing;
  }

  @Override
  public Checkpoint checkpoint() throws IOException {
    LvmPlan plan;
    Journal journal;
    try {
      List<Lvm.Volume> volumes = new ArrayList<>();
      for (Path device : options.volumes().values()) {
        volumes.add(lvm.volume(device));
      }
      plan = plan(volumes);
      sweep(plan);
      hasLeftNothing = true;
      for (Lvm.Volume volume : volumes) {
        check(volume);
      }
      journal =
          Journal.create(
              options.journals(), LvmPlan.KIND, plan.id(), plan.toJson(), clock.instant());
    } catch (SourceException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable("LVM cannot be asked: " + e.getMessage(), cure(e), e);
    }
    Watchdog.Watch watch;
    try {
      watch = options.watchdog().begin(journal.file());
    } catch (IOException | RuntimeException | Error e) {
      journal.finish();
      throw e;
    }
    try {
      hasLeftNothing = false;
      return new LvmCheckpoint(plan, journal, watch, make(plan));
    } catch (IOException | RuntimeException | Error e) {
      CleanupSteps steps = new CleanupSteps();
      steps.run(() -> LvmCheckpoint.end(plan, journal, watch));
      steps.failure().ifPresent(e::addSuppressed);
      hasLeftNothing = journal.isFinished();
      throw e;
    }
  }

  private static String cure(IOException e) {
    return e instanceof ProgramException
        ? "install lvm2, and run the backup as root"
        : "see what 'lvs' says of the volumes, and run the backup as root";
  }

  private Checkpoint make(LvmPlan plan) throws IOException {
    List<DiskFile> disks = new ArrayList<>();
    for (Map.Entry<String, Path> disk : options.volumes().entrySet()) {
      LvmPlan.Snapshot snapshot = plan.snapshots().get(disks.size());
      Path device = options.devices().resolve(snapshot.group()).resolve(snapshot.name());
      disks.add(new DiskFile(disk.getKey(), device, DiskFile.Format.RAW));
    }
    for (LvmPlan.Snapshot snapshot : plan.snapshots()) {
      try {
        lvm.snapshot(snapshot.group() + "/" + snapshot.origin(), snapshot.name());
      } catch (IOException e) {
        throw unreadable("The snapshot cannot be made: " + e.getMessage(), cure(e), e);
      }
    }
    return new FileVmSource(disks, options.files()).checkpoint();
  }

  private void check(Lvm.Volume volume) throws IOException {
    if (!volume.isThin()) {
      throw unreadable(
          volume.path() + " is not a thin volume but " + volume.kind(),
          "make a snapshot of it (lvcreate --snapshot --size …), back that up without --lvm and"
              + " remove it; hooks of a job do that",
          null);
    }
    Lvm.Volume pool = lvm.pool(volume);
    if (Math.max(pool.dataPercent(), pool.metadataPercent()) > FULLEST_POOL_PERCENT) {
      throw unreadable(
          "The thin pool "
              + pool.path()
              + " is "
              + pool.dataPercent()
              + " % full, its metadata "
              + pool.metadataPercent()
              + " %",
          "extend it: full, it would fail the writes of every volume in it",
          null);
    }
  }

  private LvmPlan plan(List<Lvm.Volume> volumes) {
    String id = Journal.newId(new SecureRandom());
    List<LvmPlan.Snapshot> snapshots = new ArrayList<>();
    for (Lvm.Volume volume : volumes) {
      snapshots.add(
          new LvmPlan.Snapshot(volume.group(), volume.name(), LvmPlan.name(id, snapshots.size())));
    }
    return new LvmPlan(id, lvm, snapshots);
  }

  /** Removes what earlier backups of these volumes have left. */
  private void sweep(LvmPlan plan) throws IOException {
    Optional<String> left =
        Journals.clear(options.journals(), new LvmSweeper(), other -> isOfOne(plan, other));
    if (left.isPresent()) {
      throw unreadable(
          left.get(), "remove the snapshot with lvremove, and run 'dozo sweep-source'", null);
    }
  }

  private static boolean isOfOne(LvmPlan plan, ObjectNode other) {
    for (var snapshot : other.path("snapshots")) {
      String group = snapshot.path("group").asString("");
      String origin = snapshot.path("origin").asString("");
      if (plan.snapshots().stream()
          .anyMatch(each -> each.group().equals(group) && each.origin().equals(origin))) {
        return true;
      }
    }
    return false;
  }

  private SourceUnreadableException unreadable(
      String what, String cure, @Nullable IOException cause) {
    return new SourceUnreadableException(
        Fault.of(what).in("volumes " + options.volumes().values()).cure(cure), cause);
  }

  /** Holds nothing between checkpoints. */
  @Override
  public void close() {}
}
