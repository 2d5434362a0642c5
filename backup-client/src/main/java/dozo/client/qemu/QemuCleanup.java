package dozo.client.qemu;

import dozo.client.leftover.CleanupSteps;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Takes back everything that a checkpoint made, as far as it is there: at its end, at its failure
 * and, from a journal, after its process has died. Each step looks for what it removes, so that it
 * can be run any number of times and at any point.
 */
final class QemuCleanup {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration THAW = Duration.ofSeconds(60);

  private final QemuPlan plan;
  private final boolean mayBeFrozen;
  private final boolean mayBeStopped;
  private final boolean mayServe;
  private final List<String> actions = new ArrayList<>();

  /**
   * Prepares.
   *
   * @param steps the steps of the journal
   */
  QemuCleanup(QemuPlan plan, List<String> steps) {
    this.plan = plan;
    boolean unsettled = !steps.isEmpty() && !steps.contains(QemuPlan.THAWED);
    this.mayBeFrozen = unsettled && steps.contains(QemuPlan.FREEZING);
    this.mayBeStopped = unsettled && plan.wasRunning();
    this.mayServe = steps.contains(QemuPlan.SERVING) && !steps.contains(QemuPlan.SERVED_BY_OTHER);
  }

  /** Cleans through a new connection; what a qemu held that has ended is gone with it. */
  List<String> run() throws IOException {
    try (Qemu qemu = Qemu.connect(plan.monitor())) {
      return run(qemu);
    } catch (ConnectException e) {
      removeFiles();
      return actions;
    }
  }

  /**
   * Cleans.
   *
   * @return what was done, as sentences
   * @throws IOException the first failure, with the others; each step is tried whatever failed
   *     before
   */
  List<String> run(Qemu qemu) throws IOException {
    CleanupSteps steps = new CleanupSteps();
    if (mayBeStopped) {
      steps.run(() -> resume(qemu));
    }
    if (mayBeFrozen) {
      steps.run(this::thaw);
    }
    List<String> exports = steps.get(qemu::exports).orElse(List.of());
    for (int i = 0; i < plan.disks().size(); i++) {
      removeExport(qemu, exports, i, steps);
    }
    if (mayServe) {
      steps.run(() -> stopServing(qemu));
    }
    Map<String, List<Drive.Bitmap>> nodes = steps.get(qemu::nodes).orElse(Map.of());
    for (int i = 0; i < plan.disks().size(); i++) {
      removeNodes(qemu, nodes, i, steps);
    }
    if (steps.failure().isEmpty()) {
      // Qemu may have them open until its nodes are gone.
      steps.run(this::removeFiles);
    }
    steps.finish();
    return actions;
  }

  private void resume(Qemu qemu) throws IOException {
    if (qemu.isPaused()) {
      qemu.resume();
      actions.add("Let the machine run on");
    }
  }

  private void thaw() throws IOException {
    try (GuestAgent agent = GuestAgent.connect(plan.agent().orElseThrow(), PATIENCE)) {
      int thawed = agent.thaw(THAW);
      if (thawed > 0) {
        actions.add("Thawed " + thawed + " file systems of the guest");
      }
    }
  }

  private void removeExport(Qemu qemu, List<String> exports, int disk, CleanupSteps steps) {
    String export = plan.export(disk);
    if (exports.contains(export)) {
      steps.run(() -> {
        qemu.removeExport(export);
        actions.add("Removed the export " + export);
      });
    }
  }

  private void stopServing(Qemu qemu) throws IOException {
    if (!qemu.exports().isEmpty()) {
      return; // There is one server in a qemu, and another now serves through it.
    }
    try {
      qemu.stopNbd();
      actions.add("Stopped qemu's NBD server");
    } catch (QmpException e) {
      // It does not run: that step was never reached, or has been taken back before.
    }
  }

  private void removeNodes(
      Qemu qemu, Map<String, List<Drive.Bitmap>> nodes, int disk, CleanupSteps steps) {
    QemuPlan.Disk what = plan.disks().get(disk);
    steps.run(() -> qemu.endJob(plan.createJob(disk)));
    remove(qemu, nodes, plan.accessNode(disk), steps);
    steps.run(() -> putBack(qemu, what, plan.filterNode(disk)));
    remove(qemu, nodes, plan.filterNode(disk), steps);
    remove(qemu, nodes, plan.scratchNode(disk), steps);
    remove(qemu, nodes, plan.boundNode(disk), steps);
    BitmapNames names = plan.bitmaps();
    List<String> ours = List.of(names.pending(plan.id()), names.frozen(plan.id()));
    for (Drive.Bitmap bitmap : nodes.getOrDefault(what.node(), List.of())) {
      if (ours.contains(bitmap.name())) {
        steps.run(() -> {
          qemu.removeBitmap(what.node(), bitmap.name());
          actions.add("Removed the bitmap " + bitmap.name());
        });
      }
    }
  }

  private void remove(
      Qemu qemu, Map<String, List<Drive.Bitmap>> nodes, String node, CleanupSteps steps) {
    if (nodes.containsKey(node)) {
      steps.run(() -> {
        qemu.removeNode(node);
        actions.add("Removed the node " + node);
      });
    }
  }

  private void putBack(Qemu qemu, QemuPlan.Disk disk, String filter) throws IOException {
    boolean inUse =
        qemu.property(disk.device(), "drive")
            .filter(node -> node.asString("").equals(filter))
            .isPresent();
    if (inUse) {
      qemu.setDrive(disk.device(), disk.node());
      actions.add("Put " + disk.device() + " back to " + disk.node());
    }
  }

  private void removeFiles() throws IOException {
    for (int i = 0; i < plan.disks().size(); i++) {
      remove(plan.scratchFile(i));
    }
    remove(plan.nbdSocket());
    Files.deleteIfExists(plan.scratch());
  }

  private void remove(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      actions.add("Deleted " + file);
    }
  }
}
