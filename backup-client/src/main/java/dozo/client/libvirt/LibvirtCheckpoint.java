package dozo.client.libvirt;

import dozo.client.leftover.CleanupSteps;
import dozo.client.leftover.Journal;
import dozo.client.leftover.Watchdog;
import dozo.client.nbd.NbdDisk;
import dozo.client.source.ChangeList;
import dozo.client.source.Checkpoint;
import dozo.client.source.FrozenContent;
import dozo.client.source.FrozenDisk;
import dozo.client.source.KnownDisk;
import dozo.client.source.MachineHistory;
import dozo.client.source.RawFile;
import dozo.client.source.TrackedChanges;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A machine of libvirt at one instant, while it runs on.
 *
 * <p>The restore point says with which libvirt checkpoint it was made. Until it is acknowledged the
 * older checkpoint stays, which has noted everything meanwhile, and whatever ends the backup before
 * removes the new one.
 */
final class LibvirtCheckpoint implements Checkpoint {

  private static final Logger LOG = LoggerFactory.getLogger(LibvirtCheckpoint.class);

  /** What a checkpoint consists of besides its disks, in the order in which it was made. */
  record Parts(LibvirtPlan plan, Journal journal, Watchdog.Watch watch) {}

  /**
   * A disk, and what libvirt told of it.
   *
   * @param disk the disk
   * @param target its target in the machine
   * @param isTracked whether the new libvirt checkpoint will tell its changes
   * @param known the changes since an older libvirt checkpoint, if it told them
   */
  record Part(NbdDisk disk, String target, boolean isTracked, Optional<Known> known) {}

  /**
   * What has changed since a libvirt checkpoint.
   *
   * @param checkpoint its name
   * @param changes the changes
   */
  record Known(String checkpoint, ChangeList changes) {}

  private final Parts parts;
  private final Consistency consistency;
  private final List<Part> disks;
  private final Definition definition;
  private final List<RawFile> files;
  private final ScratchGuard guard;
  private boolean closed;

  LibvirtCheckpoint(
      Parts parts,
      Consistency consistency,
      List<Part> disks,
      Definition definition,
      List<RawFile> files,
      ScratchGuard guard) {
    this.parts = parts;
    this.consistency = consistency;
    this.disks = List.copyOf(disks);
    this.definition = definition;
    this.files = List.copyOf(files);
    this.guard = guard;
  }

  @Override
  public Consistency consistency() {
    return consistency;
  }

  /** Finds the restore points that were made with the libvirt checkpoints. */
  @Override
  public void recall(MachineHistory history) throws IOException {
    for (Part part : disks) {
      if (part.known().isEmpty()) {
        continue;
      }
      Known known = part.known().get();
      String mark = CheckpointNames.mark(known.checkpoint(), part.target());
      Optional<KnownDisk> base =
          history.disks().stream().filter(each -> each.mark().equals(mark)).findFirst();
      if (base.isPresent()) {
        part.disk()
            .tellChanges(
                new TrackedChanges(base.get().restorePoint(), base.get().disk(), known.changes()));
      } else {
        part.disk()
            .tellWhole(
                "no restore point of this VM is known to be of the checkpoint "
                    + known.checkpoint());
      }
    }
  }

  @Override
  public List<FrozenDisk> disks() {
    return disks.stream().<FrozenDisk>map(Part::disk).toList();
  }

  @Override
  public List<FrozenContent> files() {
    List<FrozenContent> all = new ArrayList<>(List.of(definition));
    all.addAll(files);
    return all;
  }

  @Override
  public SortedMap<String, String> attributes() {
    SortedMap<String, String> attributes = new TreeMap<>();
    attributes.put("checkpoint", parts.plan().checkpoint());
    for (Part part : disks) {
      String name = part.disk().name();
      part.disk()
          .changes()
          .ifPresent(changes -> attributes.put("since." + name, changes.base().toString()));
      if (part.isTracked()) {
        attributes.put(
            Protocol.TRACKING_PREFIX + name,
            CheckpointNames.mark(parts.plan().checkpoint(), part.target()));
      }
    }
    return attributes;
  }

  /** Qemu answers each read with the bytes of that instant or with an error; files may change. */
  @Override
  public void verify() throws IOException {
    for (RawFile file : files) {
      file.verify();
    }
  }

  @Override
  public void confirm(RestorePointId point) {
    try {
      parts.journal().note(LibvirtPlan.CONFIRMED);
    } catch (IOException e) {
      // The restore point is there. The older libvirt checkpoint stays in place of the new one.
      LOG.warn(
          "the next increment will be larger checkpoint={} cause={}",
          parts.plan().id(),
          e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    CleanupSteps steps = new CleanupSteps();
    files.forEach(file -> steps.run(file::close));
    disks.forEach(part -> steps.run(part.disk()::close));
    guard.close();
    steps.run(() -> end(parts, new LibvirtCleanup(parts.plan(), parts.journal().steps())::run));
    steps.finish();
  }

  /** Takes back what was made. */
  interface Cleaning {
    List<String> run() throws IOException;
  }

  /** Ends a checkpoint, and lets the watchdog go. */
  static void end(Parts parts, Cleaning cleaning) throws IOException {
    try (var _ = parts.watch();
        Journal journal = parts.journal()) {
      List<String> actions = cleaning.run();
      LOG.debug("ended checkpoint={} actions={}", parts.plan().id(), actions);
      journal.finish();
    } catch (IOException e) {
      throw new IOException(
          "The checkpoint "
              + parts.plan().id()
              + " could not be taken back: "
              + e.getMessage()
              + ". What to do: run 'dozo sweep-source' on this host.",
          e);
    }
  }
}
