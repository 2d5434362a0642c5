package dozo.server.admin;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** An app that makes one-time codes (RFC 6238), written apart from the server's. */
final class Authenticator {

  private static final String BASE_32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

  private Authenticator() {}

  static String code(String key, Instant at) throws GeneralSecurityException {
    BigInteger number = BigInteger.ZERO;
    for (int i = 0; i < key.length(); i++) {
      number =
          number
              .multiply(BigInteger.valueOf(32))
              .add(BigInteger.valueOf(BASE_32.indexOf(key.charAt(i))));
    }
    byte[] bytes = number.toByteArray();
    byte[] secret = new byte[20];
    int length = Math.min(bytes.length, secret.length);
    System.arraycopy(bytes, bytes.length - length, secret, secret.length - length, length);
    Mac mac = Mac.getInstance("HmacSHA1");
    mac.init(new SecretKeySpec(secret, "HmacSHA1"));
    byte[] hash = mac.doFinal(ByteBuffer.allocate(8).putLong(at.getEpochSecond() / 30).array());
    int from = hash[19] & 15;
    int code = new BigInteger(1, Arrays.copyOfRange(hash, from, from + 4)).intValue() & 0x7fffffff;
    String digits = "00000" + code;
    return digits.substring(digits.length() - 6);
  }
}
