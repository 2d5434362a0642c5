package dozo.repository.ingest;

/** Takes over a session at its end. */
interface SessionEnd {

  /**
   * Everything that the session's restore point needs is on stable storage: publishes it, on
   * another thread and with the rest of its group, and tells the session.
   */
  void publish(OpenSession session);

  /** The session has ended, one way or another. */
  void ended(OpenSession session);
}
