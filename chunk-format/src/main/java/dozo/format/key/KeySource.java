package dozo.format.key;

/**
 * What opens a repository's keys: the secret of one of its slots, or its emergency sheet.
 *
 * <p>Holds its secret in an array of its own, which {@link #close()} wipes. Its text says only what
 * it is. For one thread at a time.
 */
public sealed interface KeySource extends AutoCloseable permits SlotSecret, EmergencySheet {

  /** Wipes the secret. It cannot be used again. May be called more than once. */
  @Override
  void close();
}
