package dozo.format;

import java.security.GeneralSecurityException;
import java.util.Objects;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Computes ids: HMAC-SHA-256 (RFC 2104) under one key.
 *
 * <p>Chunks and map nodes have a key each, in every dedup domain of its own; so the bytes of a node
 * that were backed up as data get another id than the node, and equal data in two domains has
 * nothing in common. Nothing is mixed into what is hashed.
 *
 * <p>Not safe for use by several threads: each has its own. One instance serves any number of
 * chunks and allocates nothing for them but their ids.
 */
public final class ChunkHasher {

  /** The length of an id key in bytes. */
  public static final int KEY_BYTES = 32;

  private static final String ALGORITHM = "HmacSHA256";

  private final Mac mac;
  private final byte[] digest = new byte[ChunkId.BYTES];

  /**
   * Creates a hasher.
   *
   * @param key {@value #KEY_BYTES} bytes, which are copied
   */
  public ChunkHasher(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException(
          "An id key has " + KEY_BYTES + " bytes, not " + key.length);
    }
    try {
      mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key, ALGORITHM));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java runtime lacks " + ALGORITHM, e);
    }
  }

  /**
   * Computes the id of the bytes {@code [offset, offset + length)}.
   *
   * @throws IndexOutOfBoundsException if the array ends before
   */
  public ChunkId id(byte[] bytes, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, bytes.length);
    mac.update(bytes, offset, length);
    try {
      mac.doFinal(digest, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 has " + ChunkId.BYTES + " bytes", e);
    }
    return ChunkId.of(digest, 0);
  }

  /** Computes the id of all the bytes. */
  public ChunkId id(byte[] bytes) {
    return id(bytes, 0, bytes.length);
  }
}
