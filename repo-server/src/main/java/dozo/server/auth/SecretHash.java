package dozo.server.auth;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * The SHA-256 of a token's secret. A plain hash is enough: the secret is 256 random bits, which
 * nobody guesses, so that there is nothing for a slow hash to protect.
 *
 * @param hex 64 lower-case hexadecimal digits
 */
public record SecretHash(String hex) {

  private static final int DIGITS = 64;

  /** Checks the form. */
  public SecretHash {
    if (hex.length() != DIGITS) {
      throw new IllegalArgumentException("A SHA-256 has 64 hexadecimal digits");
    }
    HexFormat.of().parseHex(hex);
  }

  /** Hashes a secret. */
  static SecretHash of(byte[] secret) {
    return new SecretHash(HexFormat.of().formatHex(sha256(secret)));
  }

  /** Whether it is the hash of that secret, in a time that does not depend on the answer. */
  boolean matches(byte[] secret) {
    return MessageDigest.isEqual(HexFormat.of().parseHex(hex), sha256(secret));
  }

  private static byte[] sha256(byte[] secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("Every Java has SHA-256", e);
    }
  }
}
