package dozo.client;

import dozo.client.source.Checkpoint;
import dozo.client.source.FrozenContent;
import dozo.client.source.FrozenDisk;
import dozo.client.source.MachineHistory;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.util.List;
import java.util.SortedMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A checkpoint whose leases end once it was removed without an error.
 *
 * @param checkpoint the checkpoint
 * @param leases what the server knows of it
 */
record LeasedCheckpoint(Checkpoint checkpoint, List<CheckpointLease> leases) implements Checkpoint {

  private static final Logger LOG = LoggerFactory.getLogger(LeasedCheckpoint.class);

  @Override
  public Consistency consistency() {
    return checkpoint.consistency();
  }

  @Override
  public void recall(MachineHistory history) throws IOException {
    checkpoint.recall(history);
  }

  @Override
  public SortedMap<String, String> attributes() {
    return checkpoint.attributes();
  }

  @Override
  public List<FrozenDisk> disks() {
    return checkpoint.disks();
  }

  @Override
  public List<FrozenContent> files() {
    return checkpoint.files();
  }

  @Override
  public void verify() throws IOException {
    checkpoint.verify();
  }

  @Override
  public void confirm(RestorePointId point) throws IOException {
    checkpoint.confirm(point);
  }

  @Override
  public void close() throws IOException {
    checkpoint.close();
    end(leases);
  }

  /** Tells the server that the checkpoint is gone. */
  static void end(List<CheckpointLease> leases) {
    for (CheckpointLease lease : leases) {
      try {
        lease.end();
      } catch (IOException e) {
        // The next backup ends it; until then the server shows a checkpoint that is gone.
        LOG.warn("The server could not be told that a checkpoint is gone", e);
      }
    }
  }
}
