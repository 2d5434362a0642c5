package dozo.client.source;

import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;

/**
 * A virtual machine's disks and configuration at one instant, for as long as it is open.
 *
 * <p>Closing it without {@link #confirm} gives up whatever was begun for it and leaves the machine
 * as it would be had there been no backup.
 */
public interface Checkpoint extends AutoCloseable {

  /** How consistent the instant is, and how that was brought about. */
  Consistency consistency();

  /**
   * Tells the checkpoint what there is of the machine already. Called before a disk is asked for
   * its changes.
   */
  default void recall(MachineHistory history) throws IOException {}

  /** Further facts for the restore point; what a later checkpoint needs to know it again. */
  default SortedMap<String, String> attributes() {
    return Collections.emptySortedMap();
  }

  /** The disks, in the machine's order; at least one. */
  List<FrozenDisk> disks();

  /** The machine's configuration files, which may be none. */
  List<FrozenContent> files();

  /**
   * Proves that everything read so far shows the one instant. Called after the last read and before
   * the restore point is committed.
   *
   * @throws SourceChangedException if a source was written to meanwhile
   */
  void verify() throws IOException;

  /**
   * Takes note that the server has acknowledged the restore point. Called at most once, and only
   * with a signed receipt at hand. Failing to note it makes the next backup read more and does not
   * undo this one.
   *
   * @param point the restore point, the base of what is tracked from the checkpoint on
   */
  void confirm(RestorePointId point) throws IOException;

  /** Ends the checkpoint. */
  @Override
  void close() throws IOException;
}
