package dozo.protocol;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;

/**
 * A server's identity: the SHA-256 of the DER form of its certificate.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record Fingerprint(String hex) {

  /** Checks the form. */
  public Fingerprint {
    if (hex.length() != 64 || !hex.chars().allMatch(c -> "0123456789abcdef".indexOf(c) >= 0)) {
      throw new IllegalArgumentException(
          "A fingerprint has 64 lower-case hexadecimal digits, not \"" + hex + "\"");
    }
  }

  /**
   * Reads a fingerprint as people write it: in either case, with or without colons.
   *
   * @throws IllegalArgumentException if it has not 64 hexadecimal digits
   */
  public static Fingerprint parse(String text) {
    return new Fingerprint(text.strip().replace(":", "").toLowerCase(Locale.ROOT));
  }

  /** Computes the fingerprint of a certificate. */
  public static Fingerprint of(X509Certificate certificate) throws CertificateEncodingException {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded());
      return new Fingerprint(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }

  /** Whether the other is the same, in a time that does not depend on where they differ. */
  public boolean matches(Fingerprint other) {
    return MessageDigest.isEqual(hex.getBytes(US_ASCII), other.hex.getBytes(US_ASCII));
  }

  @Override
  public String toString() {
    return hex;
  }
}
