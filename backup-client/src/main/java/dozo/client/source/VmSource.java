package dozo.client.source;

import java.io.IOException;

/** A place from which a virtual machine can be backed up. */
public interface VmSource extends AutoCloseable {

  /**
   * Makes a checkpoint of the machine. It costs the guest a moment at most; reading comes after.
   *
   * @throws SourceUnreadableException if a disk or a configuration file cannot be opened
   */
  Checkpoint checkpoint() throws IOException;

  /** Lets go of the machine. Checkpoints are closed before. */
  @Override
  void close() throws IOException;
}
