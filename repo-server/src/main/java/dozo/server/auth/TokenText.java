package dozo.server.auth;

import dozo.protocol.Secret;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;

/**
 * A token as a person copies it: {@code dozo_} and, in URL-safe base64, the 16 bytes of its id and
 * 32 random bytes. The prefix is for scanners that look for secrets in the wrong places; the id
 * finds the token without comparing secrets.
 */
final class TokenText {

  private static final String PREFIX = "dozo_";
  private static final int ID_BYTES = 16;
  private static final int SECRET_BYTES = 32;
  private static final int LENGTH = PREFIX.length() + (ID_BYTES + SECRET_BYTES) / 3 * 4;

  private final UUID id;
  private final byte[] secret;

  private TokenText(UUID id, byte[] secret) {
    this.id = id;
    this.secret = secret;
  }

  /** Draws a secret for a new token. */
  static TokenText draw(UUID id, SecureRandom random) {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return new TokenText(id, secret);
  }

  /** Reads what a client sent, or returns empty if no token looks like it. */
  static Optional<TokenText> parse(Secret sent) {
    String text = sent.reveal();
    if (!text.startsWith(PREFIX) || text.length() != LENGTH) {
      return Optional.empty();
    }
    try {
      ByteBuffer bytes =
          ByteBuffer.wrap(Base64.getUrlDecoder().decode(text.substring(PREFIX.length())));
      UUID id = new UUID(bytes.getLong(), bytes.getLong());
      byte[] secret = new byte[SECRET_BYTES];
      bytes.get(secret);
      return Optional.of(new TokenText(id, secret));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  UUID id() {
    return id;
  }

  SecretHash hash() {
    return SecretHash.of(secret);
  }

  boolean matches(SecretHash hash) {
    return hash.matches(secret);
  }

  /** The text, for the one who asked for the token. */
  Secret toSecret() {
    byte[] bytes =
        ByteBuffer.allocate(ID_BYTES + SECRET_BYTES)
            .putLong(id.getMostSignificantBits())
            .putLong(id.getLeastSignificantBits())
            .put(secret)
            .array();
    return Secret.of(PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes));
  }
}
