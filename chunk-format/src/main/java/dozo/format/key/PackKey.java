package dozo.format.key;

import java.util.UUID;
import javax.crypto.SecretKey;

/**
 * The key of one pack, together with the pack that it is the key of: sealing needs both, and
 * neither is of use with another.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class PackKey {

  private final UUID packId;
  private final SecretKey key;

  PackKey(UUID packId, SecretKey key) {
    this.packId = packId;
    this.key = key;
  }

  /** The pack. */
  public UUID packId() {
    return packId;
  }

  /** The AES-256 key, for the sealing code only. */
  public SecretKey key() {
    return key;
  }

  @Override
  public String toString() {
    return "key of pack " + packId;
  }
}
