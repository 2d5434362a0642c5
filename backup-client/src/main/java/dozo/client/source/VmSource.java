package dozo.client.source;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A place from which a virtual machine can be backed up. */
public interface VmSource extends AutoCloseable {

  /**
   * Makes a checkpoint of the machine. It costs the guest a moment at most; reading comes after.
   *
   * @throws SourceUnreadableException if a disk or a configuration file cannot be opened
   */
  Checkpoint checkpoint() throws IOException;

  /** The id by which its hypervisor knows the machine; empty if it has none, or tells none. */
  default Optional<UUID> id() throws IOException {
    return Optional.empty();
  }

  /** What a checkpoint leaves behind if this process dies before it is closed. */
  default List<CheckpointTrace> traces() {
    return List.of();
  }

  /**
   * Whether it is known that nothing is there of a checkpoint that {@link #checkpoint} failed to
   * make, nor of earlier ones.
   */
  default boolean hasLeftNothing() {
    return false;
  }

  /** Lets go of the machine. Checkpoints are closed before. */
  @Override
  void close() throws IOException;
}
