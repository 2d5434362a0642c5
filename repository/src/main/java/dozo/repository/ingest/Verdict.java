package dozo.repository.ingest;

/** What becomes of a chunk that was announced by its id. */
public enum Verdict {
  /** It is stored, and the session may refer to it. */
  TAKEN,
  /** It is stored, and the session may refer to it once its client has proved to hold it. */
  PROVE,
  /** Its content has to come. */
  SEND
}
