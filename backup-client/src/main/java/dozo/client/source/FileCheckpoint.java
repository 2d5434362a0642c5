package dozo.client.source;

import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.Protocol;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The files of a VM, held open. Nothing makes them stand still; that they did is proved by {@link
 * #verify}.
 */
final class FileCheckpoint implements Checkpoint {

  private final Consistency consistency;
  private final List<OpenDisk> disks;
  private final List<RawFile> files;

  FileCheckpoint(Consistency consistency, List<OpenDisk> disks, List<RawFile> files) {
    this.consistency = consistency;
    this.disks = List.copyOf(disks);
    this.files = List.copyOf(files);
  }

  @Override
  public Consistency consistency() {
    return consistency;
  }

  @Override
  public void recall(MachineHistory history) throws IOException {
    for (OpenDisk disk : disks) {
      disk.recall(history);
    }
  }

  @Override
  public SortedMap<String, String> attributes() {
    SortedMap<String, String> marks = new TreeMap<>();
    for (OpenDisk disk : disks) {
      disk.mark().ifPresent(mark -> marks.put(Protocol.TRACKING_PREFIX + disk.name(), mark));
    }
    return marks;
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
  public void verify() throws IOException {
    for (OpenDisk disk : disks) {
      disk.verify();
    }
    for (RawFile file : files) {
      file.verify();
    }
  }

  /** Files keep no record of what was backed up. */
  @Override
  public void confirm(RestorePointId point) {}

  @Override
  public void close() throws IOException {
    List<AutoCloseable> open = new ArrayList<>(disks);
    open.addAll(files);
    closeAll(open);
  }

  /** Closes all, whatever fails, and throws the first failure. */
  static void closeAll(List<? extends AutoCloseable> open) throws IOException {
    IOException failure = null;
    for (AutoCloseable each : open.reversed()) {
      try {
        each.close();
      } catch (Exception e) {
        if (failure == null) {
          failure = e instanceof IOException io ? io : new IOException(e);
        } else {
          failure.addSuppressed(e);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
