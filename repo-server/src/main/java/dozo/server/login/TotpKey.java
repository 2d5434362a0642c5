package dozo.server.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.OptionalLong;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of a generator of one-time codes (RFC 6238): SHA-1, six digits, a new one every 30
 * seconds, which is what the common apps do.
 *
 * @param text the key in base 32 (RFC 4648) without padding: 32 characters for 160 bits
 */
record TotpKey(String text) {

  private static final String ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
  private static final int CHARACTERS = 32;
  private static final int BYTES = 20;
  private static final int BITS = 5;
  private static final int PERIOD_SECONDS = 30;
  private static final int MODULUS = 1_000_000;

  /** A clock may go wrong by this many periods either way. */
  private static final int TOLERANCE = 1;

  /** Checks the form. */
  TotpKey {
    if (!text.matches("[A-Z2-7]{" + CHARACTERS + "}")) {
      throw new IllegalArgumentException(
          "The key of a code generator has 32 characters of base 32");
    }
  }

  /** Draws a key. */
  static TotpKey draw(SecureRandom random) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < CHARACTERS; i++) {
      text.append(ALPHABET.charAt(random.nextInt(ALPHABET.length())));
    }
    return new TotpKey(text.toString());
  }

  /** What an app reads from a QR code. */
  String uri(String user) {
    return "otpauth://totp/Dozo:"
        + URLEncoder.encode(user, UTF_8).replace("+", "%20")
        + "?secret="
        + text
        + "&issuer=Dozo";
  }

  /**
   * The number of the period that a code is of, if it is of one around an instant.
   *
   * @param after codes of this period and older ones were used up
   */
  OptionalLong periodOf(String code, Instant now, long after) {
    long current = Math.floorDiv(now.getEpochSecond(), (long) PERIOD_SECONDS);
    OptionalLong found = OptionalLong.empty();
    for (long period = current - TOLERANCE; period <= current + TOLERANCE; period++) {
      boolean same = MessageDigest.isEqual(code(period).getBytes(UTF_8), code.getBytes(UTF_8));
      if (same && period > after) {
        found = OptionalLong.of(period);
      }
    }
    return found;
  }

  /** The code of a period. */
  String code(long period) {
    try {
      Mac mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(bytes(), "HmacSHA1"));
      byte[] hash = mac.doFinal(ByteBuffer.allocate(Long.BYTES).putLong(period).array());
      int offset = hash[hash.length - 1] & 0xf;
      int number = ByteBuffer.wrap(hash).getInt(offset) & Integer.MAX_VALUE;
      return "%06d".formatted(number % MODULUS);
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Every Java has HMAC-SHA-1", e);
    }
  }

  private byte[] bytes() {
    byte[] bytes = new byte[BYTES];
    int at = 0;
    int held = 0;
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      held = held << BITS | ALPHABET.indexOf(text.charAt(i));
      bits += BITS;
      if (bits >= Byte.SIZE) {
        bits -= Byte.SIZE;
        bytes[at++] = (byte) (held >> bits);
      }
    }
    return bytes;
  }

  /** Returns a placeholder. */
  @Override
  public String toString() {
    return "TotpKey[(secret)]";
  }
}
