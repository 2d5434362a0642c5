package dozo.client.qemu;

import dozo.client.leftover.Journal;
import dozo.client.leftover.Watchdog;
import dozo.client.nbd.NbdDisk;
import dozo.client.source.Checkpoint;
import dozo.client.source.FrozenContent;
import dozo.client.source.FrozenDisk;
import dozo.client.source.RawFile;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A machine of qemu at one instant, while it runs on.
 *
 * <p>The bitmap of what is written since is pending until {@link #confirm}: only then does it get
 * the restore point's name, in the same transaction in which the older base goes. Whatever ends the
 * backup before leaves that older base, which has noted everything meanwhile.
 */
final class QemuCheckpoint implements Checkpoint {

  private static final Logger LOG = LoggerFactory.getLogger(QemuCheckpoint.class);

  /** What a checkpoint consists of besides its disks, in the order in which it was made. */
  record Parts(
      Qemu qemu,
      QemuPlan plan,
      List<Drive> drives,
      List<Boolean> persistent,
      Journal journal,
      Watchdog.Watch watch) {}

  private final Parts parts;
  private final Consistency consistency;
  private final List<NbdDisk> disks;
  private final List<RawFile> files;
  private boolean closed;

  QemuCheckpoint(Parts parts, Consistency consistency, List<NbdDisk> disks, List<RawFile> files) {
    this.parts = parts;
    this.consistency = consistency;
    this.disks = List.copyOf(disks);
    this.files = List.copyOf(files);
  }

  @Override
  public Consistency consistency() {
    return consistency;
  }

  @Override
  public List<FrozenDisk> disks() {
    return List.copyOf(disks);
  }

  @Override
  public List<FrozenContent> files() {
    return List.copyOf(files);
  }

  @Override
  public SortedMap<String, String> attributes() {
    SortedMap<String, String> attributes = new TreeMap<>();
    attributes.put("checkpoint", parts.plan().id());
    for (FrozenDisk disk : disks) {
      disk.changes()
          .ifPresent(known -> attributes.put("since." + disk.name(), known.base().toString()));
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
    QemuPlan plan = parts.plan();
    BitmapNames names = plan.bitmaps();
    List<ObjectNode> actions = new ArrayList<>();
    try {
      Map<String, List<Drive.Bitmap>> nodes = parts.qemu().nodes();
      for (int i = 0; i < parts.drives().size(); i++) {
        String node = parts.drives().get(i).node();
        String base = names.base(point);
        // The new one notes writes before the old one is read, so that none falls in between.
        actions.add(Qemu.addBitmap(node, base, parts.persistent().get(i), false));
        actions.add(Qemu.mergeBitmap(node, names.pending(plan.id()), base));
        actions.add(Qemu.dropBitmap(node, names.pending(plan.id())));
        for (Drive.Bitmap old : nodes.getOrDefault(node, List.of())) {
          if (names.point(old.name()).isPresent() && !old.busy()) {
            actions.add(Qemu.dropBitmap(node, old.name()));
          }
        }
      }
      parts.qemu().transaction(actions);
    } catch (IOException e) {
      // The restore point is there. The older base goes on noting, and the next increment is
      // larger.
      LOG.warn(
          "the next increment will be larger checkpoint={} cause={}", plan.id(), e.getMessage());
    }
  }

  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    List<AutoCloseable> open = new ArrayList<>(files);
    open.addAll(disks);
    end(parts, open);
  }

  /** Ends a checkpoint that came as far as what is open, and lets the watchdog go. */
  static void end(Parts parts, List<? extends AutoCloseable> open) throws IOException {
    @Nullable IOException failure = null;
    for (AutoCloseable each : open) {
      try {
        each.close();
      } catch (Exception e) {
        failure = add(failure, e);
      }
    }
    try (var _ = parts.watch();
        Journal journal = parts.journal()) {
      try {
        List<String> actions = new QemuCleanup(parts.plan(), journal.steps()).run(parts.qemu());
        LOG.debug("ended checkpoint={} actions={}", parts.plan().id(), actions);
        journal.finish();
      } catch (IOException e) {
        failure = add(failure, e);
      }
    }
    if (failure != null) {
      throw new IOException(
          "The checkpoint "
              + parts.plan().id()
              + " could not be taken back: "
              + failure.getMessage()
              + ". What to do: run 'dozo sweep-source' on this host.",
          failure);
    }
  }

  private static IOException add(@Nullable IOException first, Exception next) {
    if (first == null) {
      return next instanceof IOException io ? io : new IOException(next);
    }
    first.addSuppressed(next);
    return first;
  }
}
