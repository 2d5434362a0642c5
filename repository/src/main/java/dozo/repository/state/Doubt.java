package dozo.repository.state;

import dozo.format.manifest.StateEntry;
import java.io.IOException;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Whether packs may have been lost of which nothing else tells any more: the index knew packs that
 * are not there, or was itself lost, or a pack was taken out of use. It is raised before that
 * knowledge goes, and stands until everything was verified. A state entry of kind {@code doubt},
 * whose id is the repository's.
 *
 * <p>Safe for use by several threads.
 */
public final class Doubt {

  private static final Logger log = LoggerFactory.getLogger(Doubt.class);
  private static final String KIND = "doubt";

  private final StateStore state;
  private final UUID repositoryId;
  private final boolean isKept;
  private boolean isRaised;
  private long times;

  /**
   * Finds out whether there is doubt.
   *
   * @param isKept whether it is written down; otherwise it is known to this process only
   */
  public Doubt(StateStore state, UUID repositoryId, boolean isKept) throws IOException {
    this.state = state;
    this.repositoryId = repositoryId;
    this.isKept = isKept;
    this.isRaised = state.ids(KIND).contains(repositoryId);
  }

  /** Whether packs may have been lost since everything was verified. */
  public synchronized boolean isRaised() {
    return isRaised;
  }

  /** How often it was raised in this process. */
  public synchronized long times() {
    return times;
  }

  /** Says that packs may have been lost. */
  public synchronized void raise() {
    times++;
    if (isRaised) {
      return;
    }
    isRaised = true;
    log.warn("Packs may be missing, and restore points are looked at before any is forgotten");
    if (isKept) {
      try {
        state.put(new StateEntry(KIND, repositoryId, JsonNodeFactory.instance.objectNode()));
      } catch (IOException e) {
        // It is heeded all the same, for as long as this process runs.
        log.error("It cannot be written down that packs may be missing", e);
      }
    }
  }

  /**
   * Says that what is known of each restore point was found out since.
   *
   * @param since how often it had been raised when that was begun
   */
  public synchronized void settle(long since) throws IOException {
    if (isRaised && isKept && times == since) {
      state.delete(KIND, repositoryId);
      isRaised = false;
    }
  }
}
