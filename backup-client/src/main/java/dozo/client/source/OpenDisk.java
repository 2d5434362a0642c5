package dozo.client.source;

import java.io.IOException;
import java.util.Optional;

/** A disk in files that this process holds open. */
interface OpenDisk extends FrozenDisk, AutoCloseable {

  /**
   * Compares the disk's files with what they were when they were opened.
   *
   * @throws SourceChangedException if one was written to
   */
  void verify() throws IOException;

  /** Looks for a restore point that its changes can be told against. */
  default void recall(MachineHistory history) throws IOException {}

  /** By what a later checkpoint will know the disk again as it is now, if there is such a thing. */
  default Optional<String> mark() {
    return Optional.empty();
  }

  @Override
  void close() throws IOException;
}
