package dozo.repository.retention;

/** What is known of the data of a restore point. */
public enum Verification {
  /** Nothing: it has not been read back since it was made. */
  NEVER,
  /** When it was read last, every chunk was there and sound. */
  SOUND,
  /** When it was read last, a chunk was missing or corrupt, and nothing has healed it since. */
  DAMAGED
}
