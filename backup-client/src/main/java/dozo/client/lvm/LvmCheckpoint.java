package dozo.client.lvm;

import dozo.client.leftover.CleanupSteps;
import dozo.client.leftover.Journal;
import dozo.client.leftover.Watchdog;
import dozo.client.source.Checkpoint;
import dozo.client.source.FrozenContent;
import dozo.client.source.FrozenDisk;
import dozo.client.source.MachineHistory;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.ConsistencyLevel;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Snapshots of thin volumes, held open.
 *
 * @param plan the snapshots
 * @param journal where they are noted
 * @param watch stands by until they are gone
 * @param devices reads them
 */
record LvmCheckpoint(LvmPlan plan, Journal journal, Watchdog.Watch watch, Checkpoint devices)
    implements Checkpoint {

  /** Nothing in the guest was told; each disk has an instant of its own. */
  @Override
  public Consistency consistency() {
    return new Consistency(
        ConsistencyLevel.CRASH,
        ConsistencyLevel.CRASH,
        "lvm-thin-snapshot",
        "",
        Optional.empty(),
        Optional.empty(),
        List.of());
  }

  @Override
  public void recall(MachineHistory history) throws IOException {
    devices.recall(history);
  }

  @Override
  public SortedMap<String, String> attributes() {
    SortedMap<String, String> attributes = new TreeMap<>(devices.attributes());
    attributes.put("checkpoint", plan.id());
    return attributes;
  }

  @Override
  public List<FrozenDisk> disks() {
    return devices.disks();
  }

  @Override
  public List<FrozenContent> files() {
    return devices.files();
  }

  @Override
  public void verify() throws IOException {
    devices.verify();
  }

  /** Snapshots are of no use to the next backup. */
  @Override
  public void confirm(RestorePointId point) {}

  @Override
  public void close() throws IOException {
    if (journal.isFinished()) {
      return;
    }
    CleanupSteps steps = new CleanupSteps();
    steps.run(devices::close);
    steps.run(() -> end(plan, journal, watch));
    steps.finish();
  }

  /** Removes the snapshots that are there, and lets the watchdog go. */
  static void end(LvmPlan plan, Journal journal, Watchdog.Watch watch) throws IOException {
    try (watch;
        journal) {
      LvmSweeper.remove(plan);
      journal.finish();
    } catch (IOException e) {
      throw new IOException(
          "The snapshots of "
              + plan.id()
              + " could not be removed: "
              + e.getMessage()
              + ". What to do: run 'dozo sweep-source' on this host.",
          e);
    }
  }
}
