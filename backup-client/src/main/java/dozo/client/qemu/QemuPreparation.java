package dozo.client.qemu;

import dozo.client.leftover.ScratchDirectory;
import dozo.client.socket.Deadline;
import java.io.IOException;
import java.nio.file.Path;
import java.nio.file.attribute.UserPrincipal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Brings a checkpoint about in qemu: all that can be done while the guest runs before the moment at
 * which it stands still, as little as can be in it. For one thread, and once.
 */
final class QemuPreparation {

  private static final Logger LOG = LoggerFactory.getLogger(QemuPreparation.class);

  /**
   * How long a write of the guest may wait for old data to be kept. Then the backup is given up.
   */
  private static final int KEEP_SECONDS = 20;

  private final Qemu qemu;
  private final QemuPlan plan;
  private final List<Drive> drives;
  private final BitmapNames names;
  private final List<TrackedBase> bases = new ArrayList<>();
  private final List<Boolean> persistent = new ArrayList<>();

  QemuPreparation(Qemu qemu, QemuPlan plan, List<Drive> drives) {
    this.qemu = qemu;
    this.plan = plan;
    this.drives = List.copyOf(drives);
    this.names = plan.bitmaps();
  }

  /** What each disk's bitmaps tell, in the disks' order. */
  List<TrackedBase> bases() {
    return List.copyOf(bases);
  }

  /** Whether each disk's new bitmap outlives qemu. */
  List<Boolean> persistent() {
    return List.copyOf(persistent);
  }

  /** Makes the scratch images, the filters beside the disks, and the new bitmaps. */
  void prepare(Path base, long scratchBytes) throws IOException {
    Optional<UserPrincipal> user = qemu.user();
    ScratchDirectory.make(base, plan.scratch(), user);
    List<Long> bounds = Scratch.bounds(base, scratchBytes, drives);
    for (int i = 0; i < drives.size(); i++) {
      Drive drive = drives.get(i);
      Scratch.makeFile(plan.scratchFile(i), bounds.get(i), user);
      addScratch(i, drive, bounds.get(i));
      tidyBitmaps(drive);
      bases.add(TrackedBase.of(drive, names));
      persistent.add(addPending(drive));
      addFilter(i, drive);
    }
  }

  private void addScratch(int disk, Drive drive, long bound) throws IOException {
    ObjectNode bounded =
        Qemu.object()
            .put("driver", "raw")
            .put("node-name", plan.boundNode(disk))
            .put("size", bound);
    bounded
        .putObject("file")
        .put("driver", "file")
        .put("filename", plan.scratchFile(disk).toString());
    qemu.addNode(bounded);
    qemu.makeQcow2(plan.createJob(disk), plan.boundNode(disk), drive.sizeBytes());
    qemu.addNode(
        Qemu.object()
            .put("driver", "qcow2")
            .put("node-name", plan.scratchNode(disk))
            .put("file", plan.boundNode(disk)));
  }

  /** Removes what crashes of qemu and of backups have left: none of it can be of use again. */
  private void tidyBitmaps(Drive drive) throws IOException {
    for (Drive.Bitmap each : drive.bitmaps()) {
      boolean isBase = names.point(each.name()).isPresent();
      if (names.isOurs(each.name()) && !each.busy() && (!isBase || each.inconsistent())) {
        qemu.removeBitmap(drive.node(), each.name());
        LOG.info("removed bitmap={} node={}", each.name(), drive.node());
      }
    }
  }

  /** Adds the bitmap of what is written from now on; returns whether it outlives qemu. */
  private boolean addPending(Drive drive) throws IOException {
    String pending = names.pending(plan.id());
    if (drive.keepsBitmaps()) {
      try {
        qemu.transaction(List.of(Qemu.addBitmap(drive.node(), pending, true, false)));
        return true;
      } catch (QmpException e) {
        LOG.warn(
            "qemu keeps no bitmap in the disk, the next backup after its end reads all"
                + " node={} cause={}",
            drive.node(),
            e.getMessage());
      }
    }
    qemu.transaction(List.of(Qemu.addBitmap(drive.node(), pending, false, false)));
    return false;
  }

  private void addFilter(int disk, Drive drive) throws IOException {
    qemu.addNode(
        Qemu.object()
            .put("driver", "copy-before-write")
            .put("node-name", plan.filterNode(disk))
            .put("file", drive.node())
            .put("target", plan.scratchNode(disk))
            .put("on-cbw-error", "break-snapshot")
            .put("cbw-timeout", KEEP_SECONDS));
  }

  /** What is done while the machine stands still: one instant for all disks. */
  void cut(Deadline deadline) throws IOException {
    List<ObjectNode> actions = new ArrayList<>();
    for (int i = 0; i < drives.size(); i++) {
      String node = drives.get(i).node();
      if (bases.get(i).point().isPresent()) {
        String frozen = names.frozen(plan.id());
        actions.add(Qemu.addBitmap(node, frozen, false, true));
        actions.add(Qemu.mergeBitmap(node, names.base(bases.get(i).point().orElseThrow()), frozen));
      }
      actions.add(Qemu.clearBitmap(node, names.pending(plan.id())));
    }
    qemu.transaction(actions, deadline);
    for (int i = 0; i < drives.size(); i++) {
      qemu.setDrive(drives.get(i).device(), plan.filterNode(i), deadline);
    }
  }

  /** Makes the disks as they were readable. */
  void serve(int connections) throws IOException {
    qemu.startNbd(plan.nbdSocket(), connections);
    for (int i = 0; i < drives.size(); i++) {
      qemu.addNode(
          Qemu.object()
              .put("driver", "snapshot-access")
              .put("node-name", plan.accessNode(i))
              .put("file", plan.filterNode(i)));
      qemu.export(
          plan.export(i),
          plan.accessNode(i),
          drives.get(i).node(),
          bases.get(i).point().map(_ -> names.frozen(plan.id())));
    }
  }
}
