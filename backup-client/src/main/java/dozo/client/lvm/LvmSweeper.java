package dozo.client.lvm;

import dozo.client.leftover.CleanupSteps;
import dozo.client.leftover.Journal;
import dozo.client.leftover.Sweeper;
import dozo.client.leftover.Swept;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Removes the snapshots that a checkpoint of LVM has left behind. */
public final class LvmSweeper implements Sweeper {

  @Override
  public String kind() {
    return LvmPlan.KIND;
  }

  @Override
  public Swept sweep(Journal journal) throws IOException {
    LvmPlan plan = LvmPlan.of(journal.plan());
    return new Swept(kind(), plan.id(), remove(plan));
  }

  /** Removes the snapshots that are there; returns what was done, as sentences. */
  static List<String> remove(LvmPlan plan) throws IOException {
    List<String> actions = new ArrayList<>();
    CleanupSteps steps = new CleanupSteps();
    for (LvmPlan.Snapshot each : plan.snapshots()) {
      steps.run(() -> {
        Optional<Lvm.Volume> volume = plan.lvm().find(each.group(), each.name());
        if (volume.isEmpty()) {
          return;
        }
        if (!volume.get().origin().equals(each.origin())) {
          throw new IOException(
              volume.get().path() + " is no snapshot of " + each.origin() + ", and is left alone");
        }
        plan.lvm().remove(volume.get());
        actions.add("Removed the snapshot " + volume.get().path());
      });
    }
    steps.finish();
    return actions;
  }
}
