package dozo.server.channel;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a webhook's messages are signed with, as the Standard Webhooks specification 1.0.0 says
 * (https://www.standardwebhooks.com): HMAC-SHA-256 over id, time and body, so that who gets one can
 * tell that it is ours, whole, and new.
 */
final class WebhookSecret {

  private static final String PREFIX = "whsec_";
  private static final int LEAST_BYTES = 24;
  private static final int MOST_BYTES = 64;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  private WebhookSecret(SecretKeySpec key) {
    this.key = key;
  }

  /**
   * Reads a secret: {@code whsec_} and the Base64 of 24 to 64 bytes.
   *
   * @throws DeliveryException if it cannot be read or is none
   */
  static WebhookSecret read(Path file) throws DeliveryException {
    String text = SecretFile.lines(file, 1).getFirst();
    if (text.startsWith(PREFIX)) {
      try {
        byte[] bytes = Base64.getDecoder().decode(text.substring(PREFIX.length()));
        if (bytes.length >= LEAST_BYTES && bytes.length <= MOST_BYTES) {
          return new WebhookSecret(new SecretKeySpec(bytes, ALGORITHM));
        }
      } catch (IllegalArgumentException e) {
        // Told below: the exception's own words may repeat a part of the secret.
      }
    }
    throw new DeliveryException(
        "The file "
            + file
            + " does not hold a secret: whsec_ and the Base64 of 24 to 64 bytes, as of"
            + " 'echo whsec_$(openssl rand -base64 32)'",
        null);
  }

  /** The signature of a message, as its header has it. */
  String sign(String id, long epochSeconds, byte[] body) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((id + "." + epochSeconds + ".").getBytes(US_ASCII));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("Every Java has HMAC-SHA-256", e);
    }
  }
}
