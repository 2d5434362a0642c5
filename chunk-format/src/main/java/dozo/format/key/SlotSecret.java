package dozo.format.key;

/**
 * What opens a key slot: a {@link Passphrase} or the contents of a {@link KeyFile}.
 *
 * <p>Holds its secret in an array of its own, which {@link #close()} wipes. Its text says only what
 * it is. For one thread at a time.
 */
public sealed interface SlotSecret extends AutoCloseable permits Passphrase, KeyFile {

  /** Wipes the secret. It cannot be used again. May be called more than once. */
  @Override
  void close();
}
