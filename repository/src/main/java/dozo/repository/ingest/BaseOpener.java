package dozo.repository.ingest;

import dozo.format.NotFoundException;
import java.util.Optional;

/** Opens the bases of sessions. */
public interface BaseOpener {

  /**
   * Opens a disk for a session of the same VM and dedup domain.
   *
   * @throws NotFoundException if it cannot be a base; its message says why
   */
  OpenBase open(SessionRequest session, BaseRef base) throws NotFoundException;

  /** Opens the disk of that name in the newest restore point of the session's VM and domain. */
  Optional<OpenBase> openLatest(SessionRequest session, String disk);
}
