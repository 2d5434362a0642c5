package dozo.client;

import java.io.IOException;
import java.time.Duration;

/** Is told how a backup goes, by the thread that runs it. */
public interface BackupListener {

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
