package dozo.client.qemu;

import dozo.client.leftover.Journal;
import dozo.client.leftover.Journals;
import dozo.client.leftover.ScratchDirectory;
import dozo.client.leftover.Watchdog;
import dozo.client.nbd.NbdDisk;
import dozo.client.source.ChangeList;
import dozo.client.source.Checkpoint;
import dozo.client.source.CheckpointTrace;
import dozo.client.source.FreezeMeeting;
import dozo.client.source.RawFile;
import dozo.client.source.SourceException;
import dozo.client.source.SourceUnreadableException;
import dozo.client.source.TrackedChanges;
import dozo.client.source.VmSource;
import dozo.format.Fault;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskGeometry;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A machine of qemu that runs, through its monitor and the agent in its guest.
 *
 * <p>Holds the monitor as long as it is open. For one thread.
 */
public final class QemuVmSource implements VmSource {

  private final QemuOptions options;
  private final FreezeMeeting meeting;
  private final Clock clock;
  private final RandomGenerator random;
  private final Qemu qemu;

  private boolean hasLeftNothing = true;

  private QemuVmSource(
      QemuOptions options, FreezeMeeting meeting, Clock clock, RandomGenerator random, Qemu qemu) {
    this.options = options;
    this.meeting = meeting;
    this.clock = clock;
    this.random = random;
    this.qemu = qemu;
  }

  /**
   * Removes what an earlier backup of this machine may have left, and connects.
   *
   * @throws SourceUnreadableException if qemu does not answer, or what was left cannot be removed
   */
  public static QemuVmSource open(QemuOptions options) throws IOException {
    return open(options, FreezeMeeting.alone());
  }

  /**
   * The same, for a machine that is frozen together with others.
   *
   * @param meeting where it meets them, once
   */
  public static QemuVmSource open(QemuOptions options, FreezeMeeting meeting) throws IOException {
    sweep(options);
    try {
      return new QemuVmSource(
          options, meeting, Clock.systemUTC(), new SecureRandom(), Qemu.connect(options.monitor()));
    } catch (IOException e) {
      throw unreadable(
          options,
          String.valueOf(e.getMessage()),
          "check that the machine runs, and that its -qmp socket is this program's alone",
          e);
    }
  }

  private static void sweep(QemuOptions options) throws IOException {
    String monitor = options.monitor().toString();
    Optional<String> left =
        Journals.clear(
            options.journals(),
            new QemuSweeper(),
            plan -> plan.path("monitor").asString("").equals(monitor));
    if (left.isPresent()) {
      throw unreadable(
          options,
          left.get(),
          "see docs/qemu.md, or restart the machine, which removes all of it",
          null);
    }
  }

  /** The machine's {@code -uuid}; empty if qemu was given none. */
  @Override
  public Optional<UUID> id() throws IOException {
    return qemu.id();
  }

  @Override
  public List<CheckpointTrace> traces() {
    return List.of(
        new CheckpointTrace(QemuPlan.KIND, "checkpoint of the machine at " + options.monitor()));
  }

  @Override
  public boolean hasLeftNothing() {
    return hasLeftNothing;
  }

  @Override
  public Checkpoint checkpoint() throws IOException {
    try {
      List<Drive> drives = drives();
      QemuPlan plan = plan(drives);
      ScratchDirectory.checkLength(plan.nbdSocket());
      Journal journal =
          Journal.create(
              options.journals(), QemuPlan.KIND, plan.id(), plan.toJson(), clock.instant());
      try {
        return checkpoint(drives, plan, journal);
      } finally {
        hasLeftNothing = journal.isFinished();
      }
    } catch (SourceException e) {
      throw e;
    } catch (IOException e) {
      throw unreadable(
          options,
          "The machine cannot be backed up: " + e.getMessage(),
          "see docs/qemu.md for what it takes",
          e);
    }
  }

  private Checkpoint checkpoint(List<Drive> drives, QemuPlan plan, Journal journal)
      throws IOException {
    Watchdog.Watch watch;
    try {
      watch = options.watchdog().begin(journal.file());
    } catch (IOException | RuntimeException | Error e) {
      journal.finish();
      throw e;
    }
    QemuPreparation preparation = new QemuPreparation(qemu, plan, drives);
    List<AutoCloseable> open = new ArrayList<>();
    try {
      preparation.prepare(options.scratch(), options.scratchBytes());
      Consistency consistency =
          new FreezeWindow(qemu, plan, options, journal, watch, meeting, clock)
              .run(preparation::cut);
      serve(preparation, drives.size(), journal);
      List<NbdDisk> disks = new ArrayList<>();
      for (int i = 0; i < drives.size(); i++) {
        disks.add(openDisk(plan, drives.get(i), preparation.bases().get(i), i));
        open.add(disks.getLast());
      }
      List<RawFile> files = new ArrayList<>();
      for (Path file : options.files()) {
        files.add(RawFile.open(String.valueOf(file.getFileName()), file));
        open.add(files.getLast());
      }
      return new QemuCheckpoint(
          new QemuCheckpoint.Parts(qemu, plan, drives, preparation.persistent(), journal, watch),
          consistency,
          disks,
          files);
    } catch (IOException | RuntimeException | Error e) {
      try {
        QemuCheckpoint.end(
            new QemuCheckpoint.Parts(qemu, plan, drives, List.of(), journal, watch), open);
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
  }

  private void serve(QemuPreparation preparation, int disks, Journal journal) throws IOException {
    journal.note(QemuPlan.SERVING);
    try {
      // One more for each disk's bitmap, and one to spare.
      preparation.serve(disks * (NbdDisk.CONNECTIONS + 1) + 1);
    } catch (QmpException e) {
      if (String.valueOf(e.getMessage()).contains("already running")) {
        journal.note(QemuPlan.SERVED_BY_OTHER);
      }
      throw e;
    }
  }

  private NbdDisk openDisk(QemuPlan plan, Drive drive, TrackedBase base, int number)
      throws IOException {
    String frozen = plan.bitmaps().frozen(plan.id());
    Optional<ChangeList> dirty =
        base.point().isPresent()
            ? Optional.of(NbdDisk.dirty(plan.nbdSocket(), plan.export(number), frozen))
            : Optional.empty();
    NbdDisk disk =
        NbdDisk.open(
            drive.name(),
            new DiskGeometry(
                drive.sizeBytes(),
                sector(drive, "logical_block_size"),
                sector(drive, "physical_block_size")),
            plan.nbdSocket(),
            plan.export(number),
            "the guest wrote more than there is room for while the backup ran, and goes on"
                + " unharmed: give more room with --scratch-limit, or a --scratch elsewhere");
    dirty.ifPresent(ranges ->
        disk.tellChanges(new TrackedChanges(base.point().orElseThrow(), drive.name(), ranges)));
    if (!base.reason().isEmpty()) {
      disk.tellWhole(base.reason());
    }
    return disk;
  }

  /** The size of the device's sectors as the guest sees them; 512 where qemu does not tell. */
  private int sector(Drive drive, String property) throws IOException {
    return qemu.property(drive.device(), property).map(size -> size.asInt(512)).orElse(512) >= 4096
        ? 4096
        : 512;
  }

  private QemuPlan plan(List<Drive> drives) throws IOException {
    String id = Journal.newId(random);
    return new QemuPlan(
        id,
        options.monitor(),
        options.agent(),
        options.scratch().resolve(QemuPlan.PREFIX + id),
        options.chain(),
        qemu.isRunning(),
        drives.stream().map(drive -> new QemuPlan.Disk(drive.device(), drive.node())).toList());
  }

  private List<Drive> drives() throws IOException {
    List<Drive> all = qemu.drives();
    List<Drive> chosen = new ArrayList<>();
    if (options.disks().isEmpty()) {
      chosen.addAll(all);
    }
    for (Map.Entry<String, String> wanted : options.disks().entrySet()) {
      chosen.add(
          all.stream()
              .filter(drive -> drive.name().equals(wanted.getValue()))
              .findFirst()
              .orElseThrow(() ->
                  unreadable(
                      options,
                      "The machine has no disk " + wanted.getValue() + " that can be written to",
                      "name one of " + all.stream().map(Drive::name).toList(),
                      null))
              .named(wanted.getKey()));
    }
    if (chosen.isEmpty()) {
      throw unreadable(
          options, "The machine has no disk that can be written to", "check its -device", null);
    }
    for (Drive drive : chosen) {
      check(drive);
    }
    return chosen;
  }

  private void check(Drive drive) throws IOException {
    if (drive.name().isEmpty()) {
      throw unreadable(
          options,
          "The device " + drive.device() + " has no id",
          "start the machine with -device …,id=NAME for each disk",
          null);
    }
    if (drive.node().isEmpty() || drive.node().startsWith("#")) {
      throw unreadable(
          options,
          "The disk " + drive.name() + " has no node of its own name",
          "start the machine with -blockdev …,node-name=NAME in place of -drive",
          null);
    }
    if (drive.node().startsWith(QemuPlan.PREFIX)) {
      throw unreadable(
          options,
          "The disk " + drive.name() + " has the filter " + drive.node() + " of another backup",
          "run 'dozo sweep-source' on the host and with the state directory that it was made from",
          null);
    }
    if (qemu.mayHaveThread(drive)) {
      // Tried with qemu 7.2: it ends when the filter is taken out again, and the guest with it.
      throw unreadable(
          options,
          "An I/O thread may serve the disk "
              + drive.name()
              + ", and qemu may not survive a filter",
          "start the machine without iothread= at its disks, or back up a snapshot of its storage",
          null);
    }
    if (drive.sizeBytes() < 0
        || drive.sizeBytes() % 512 != 0
        || drive.sizeBytes() > DiskGeometry.MAXIMUM_BYTES) {
      throw unreadable(
          options,
          "The disk " + drive.name() + " has " + drive.sizeBytes() + " bytes, which no disk has",
          "check its image",
          null);
    }
  }

  private static SourceUnreadableException unreadable(
      QemuOptions options, String what, String cure, @Nullable IOException e) {
    return new SourceUnreadableException(
        Fault.of(what).in("qemu at " + options.monitor()).cure(cure), e);
  }

  @Override
  public void close() throws IOException {
    qemu.close();
  }
}
