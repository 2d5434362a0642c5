package dozo.client;

import dozo.format.manifest.Consistency;
import java.io.IOException;
import java.time.Duration;

/** Is told how a backup goes, by the thread that runs it. */
public interface BackupListener {

  /**
   * There is a checkpoint; the guest goes on.
   *
   * @param consistency how consistent it is, and for how long the guest stood still
   */
  default void checkpointed(Consistency consistency) {}

  /**
   * The restore point is there, and something of its checkpoint as well.
   *
   * @param cause what could not be taken back, and what to do
   */
  default void leftBehind(IOException cause) {}

  /** Called a few times a second. */
  void progressed(BackupProgress progress);

  /**
   * A disk is read whole although its changes are known.
   *
   * @param reason why the server cannot take the changes alone
   */
  void readingWhole(String disk, String reason);

  /** All was sent; the server now brings it to stable storage. */
  void committing();

  /**
   * The server was lost, or has no room for us at the moment.
   *
   * @param cause why
   * @param pause how long it will be until the next try
   */
  void retrying(IOException cause, Duration pause);
}
