package dozo.client.source;

import java.io.IOException;
import java.util.List;

/** A place from which a virtual machine can be backed up. */
public interface VmSource extends AutoCloseable {

  /**
   * Makes a checkpoint of the machine. It costs the guest a moment at most; reading comes after.
   *
   * @throws SourceUnreadableException if a disk or a configuration file cannot be opened
   */
  Checkpoint checkpoint() throws IOException;

  /** What a checkpoint leaves behind if this process dies before it is closed. */
  default List<CheckpointTrace> traces() {
    return List.of();
  }

  /** Lets go of the machine. Checkpoints are closed before. */
  @Override
  void close() throws IOException;
}
