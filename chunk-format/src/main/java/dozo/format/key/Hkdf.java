package dozo.format.key;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;

/** HKDF-SHA-256 (RFC 5869) with 32 bytes of output. */
final class Hkdf {

  static final int BYTES = 32;

  private Hkdf() {}

  /**
   * Derives a key.
   *
   * @param info the parts of the info, joined in order
   */
  static byte[] derive(byte[] secret, byte[] salt, byte[]... info) {
    ByteArrayOutputStream joined = new ByteArrayOutputStream();
    for (byte[] part : info) {
      joined.writeBytes(part);
    }
    try {
      return KDF.getInstance("HKDF-SHA256")
          .deriveData(
              HKDFParameterSpec.ofExtract()
                  .addIKM(secret)
                  .addSalt(salt)
                  .thenExpand(joined.toByteArray(), BYTES));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("This Java has no HKDF-SHA256", e);
    }
  }
}
