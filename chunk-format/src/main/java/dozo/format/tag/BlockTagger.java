package dozo.format.tag;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Computes the tag of a block: its AES-128-GCM tag under a secret key, with the block's number as
 * the nonce.
 *
 * <p>Two contents of one block have the same tag with a probability of at most (n/16 + 1) / 2^128
 * for n bytes, over the choice of the key (McGrew and Viega, "The Security and Performance of the
 * Galois/Counter Mode", 2004, lemma 2). It holds for contents that were chosen without a look at
 * key or tags, so both have to stay secret; a nonce comes again for each content that a block has,
 * which is why the ciphertext is thrown away.
 *
 * <p>Keeps its buffers. For one thread at a time.
 */
public final class BlockTagger {

  /** The length of a tag. */
  public static final int TAG_BYTES = 16;

  /** The length of a key. */
  public static final int KEY_BYTES = 16;

  /** The longest block. */
  public static final int MAXIMUM_BYTES = 1 << 20;

  private static final int NONCE_BYTES = 12;
  private static final int ZERO_STEP = 4 << 10;
  private static final byte[] ZEROS = new byte[ZERO_STEP];

  private final SecretKeySpec key;
  private final byte[] zeroTag = new byte[TAG_BYTES];
  private final byte[] nonce = new byte[NONCE_BYTES];
  private final byte[] lastNonce = new byte[NONCE_BYTES];
  private byte[] plain = new byte[0];
  private byte[] sealed = new byte[TAG_BYTES];
  private Cipher cipher = newCipher();

  /**
   * Makes a tagger.
   *
   * @param key 16 bytes, not kept
   */
  public BlockTagger(byte[] key) {
    if (key.length != KEY_BYTES) {
      throw new IllegalArgumentException("A key has 16 bytes, not " + key.length);
    }
    this.key = new SecretKeySpec(key, "AES");
    Arrays.fill(nonce, (byte) -1);
    seal(0, zeroTag, 0);
  }

  /** Draws a key. */
  public static byte[] newKey(SecureRandom random) {
    byte[] key = new byte[KEY_BYTES];
    random.nextBytes(key);
    return key;
  }

  /**
   * Computes the tag of a block.
   *
   * @param number the block's number in its disk, from 0
   * @param block its bytes from position to limit, at most 1 MiB; both stay as they are
   * @param tags gets the tag
   * @param at where in there
   */
  public void tag(long number, ByteBuffer block, byte[] tags, int at) {
    int length = block.remaining();
    if (number < 0 || length > MAXIMUM_BYTES) {
      throw new IllegalArgumentException("No block " + number + " has " + length + " bytes");
    }
    if (plain.length < length) {
      plain = new byte[length];
      sealed = new byte[length + TAG_BYTES];
    }
    block.get(block.position(), plain, 0, length);
    if (isZero(length)) {
      zeroTag(tags, at);
    } else {
      ByteBuffer.wrap(nonce).order(ByteOrder.LITTLE_ENDIAN).putLong(number).putInt(0);
      seal(length, tags, at);
    }
  }

  /** Writes the tag that every block of zeros has. */
  public void zeroTag(byte[] tags, int at) {
    System.arraycopy(zeroTag, 0, tags, at, TAG_BYTES);
  }

  private boolean isZero(int length) {
    for (int at = 0; at < length; at += ZERO_STEP) {
      int size = Math.min(ZERO_STEP, length - at);
      if (!Arrays.equals(plain, at, at + size, ZEROS, 0, size)) {
        return false;
      }
    }
    return true;
  }

  private void seal(int length, byte[] tags, int at) {
    try {
      if (Arrays.equals(nonce, lastNonce)) {
        // The JDK guards against what is meant here.
        cipher = newCipher();
      }
      cipher.init(Cipher.ENCRYPT_MODE, key, new GCMParameterSpec(8 * TAG_BYTES, nonce));
      cipher.doFinal(plain, 0, length, sealed, 0);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-128-GCM does not work here", e);
    }
    System.arraycopy(nonce, 0, lastNonce, 0, NONCE_BYTES);
    System.arraycopy(sealed, length, tags, at, TAG_BYTES);
  }

  private static Cipher newCipher() {
    try {
      return Cipher.getInstance("AES/GCM/NoPadding");
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-128-GCM is missing here", e);
    }
  }
}
