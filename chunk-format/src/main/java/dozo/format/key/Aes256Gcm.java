package dozo.format.key;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-256-GCM over small messages under a random nonce: keys, manifests and state files. Packs have
 * their own way, without random nonces and without a copy.
 */
public final class Aes256Gcm {

  /** The length of a nonce in bytes. */
  public static final int NONCE_BYTES = 12;

  /** The length of a tag in bytes. */
  public static final int TAG_BYTES = 16;

  private Aes256Gcm() {}

  /** Draws a nonce. */
  public static byte[] nonce(SecureRandom random) {
    byte[] nonce = new byte[NONCE_BYTES];
    random.nextBytes(nonce);
    return nonce;
  }

  /** Returns the ciphertext and, after it, the tag. */
  public static byte[] seal(SecretKey key, byte[] nonce, byte[] associated, byte[] plain) {
    try {
      return cipher(Cipher.ENCRYPT_MODE, key, nonce, associated).doFinal(plain);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM failed to encrypt", e);
    }
  }

  /** Returns the plain bytes, or nothing if the tag shows another key, other data, or damage. */
  public static Optional<byte[]> open(
      SecretKey key, byte[] nonce, byte[] associated, byte[] sealed) {
    if (sealed.length < TAG_BYTES) {
      return Optional.empty();
    }
    try {
      return Optional.of(cipher(Cipher.DECRYPT_MODE, key, nonce, associated).doFinal(sealed));
    } catch (AEADBadTagException e) {
      return Optional.empty();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM failed to decrypt", e);
    }
  }

  private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] associated)
      throws GeneralSecurityException {
    Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
    cipher.init(mode, key, new GCMParameterSpec(8 * TAG_BYTES, Arrays.copyOf(nonce, NONCE_BYTES)));
    cipher.updateAAD(associated);
    return cipher;
  }
}
