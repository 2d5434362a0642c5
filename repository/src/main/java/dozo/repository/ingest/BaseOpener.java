package dozo.repository.ingest;

import dozo.format.NotFoundException;

/** Opens the bases of sessions. */
@FunctionalInterface
public interface BaseOpener {

  /**
   * Opens a disk for a session of the same VM and dedup domain.
   *
   * @throws NotFoundException if it cannot be a base; its message says why
   */
  OpenBase open(SessionRequest session, BaseRef base) throws NotFoundException;
}
