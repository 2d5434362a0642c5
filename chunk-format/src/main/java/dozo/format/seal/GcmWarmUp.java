package dozo.format.seal;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes AES-GCM fast before it is needed. Called with the big records of a pack, the JDK's cipher
 * is compiled only after seconds of work at a hundredth of its speed; many small calls get it there
 * in a fraction of a second.
 */
public final class GcmWarmUp {

  private static final int ROUNDS = 30_000;
  private static final int BYTES = 2_048;

  private GcmWarmUp() {}

  /**
   * Works for a fraction of a second of one processor's time. To be called once, at start, on a
   * thread that nobody waits for.
   */
  public static void run() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    SecretKeySpec secret = new SecretKeySpec(key, "AES");
    byte[] record = new byte[BYTES + RecordHeader.TAG_BYTES];
    byte[] plain = new byte[BYTES];
    byte[] nonce = new byte[12];
    try {
      Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
      for (int i = 0; i < ROUNDS; i++) {
        nonce[0] = (byte) i;
        nonce[1] = (byte) (i >> 8);
        GCMParameterSpec parameters = new GCMParameterSpec(8 * RecordHeader.TAG_BYTES, nonce);
        cipher.init(Cipher.ENCRYPT_MODE, secret, parameters);
        cipher.doFinal(record, 0, BYTES, record, 0);
        if (i % 4 == 0) {
          cipher.init(Cipher.DECRYPT_MODE, secret, parameters);
          cipher.doFinal(record, 0, record.length, plain, 0);
        }
      }
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("AES-256-GCM does not work here", e);
    }
  }
}
