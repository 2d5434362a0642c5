package dozo.server.login;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.util.Arrays;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

/**
 * What is kept of a password: its Argon2id hash (RFC 9106) in the usual text form, {@code
 * $argon2id$v=19$m=65536,t=3,p=1$salt$hash}. It carries its own cost, so that later ones may cost
 * more.
 *
 * @param text the text form
 */
record PasswordHash(String text) {

  /** The fewest characters of a password; what makes one good is length. */
  static final int MINIMUM_LENGTH = 12;

  /** The most characters of a password. */
  static final int MAXIMUM_LENGTH = 1_024;

  private static final int MEMORY_KIB = 64 << 10;
  private static final int PASSES = 3;
  private static final int LANES = 1;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BYTES = 32;

  /** What a hash may ask for at the most, so that a state file cannot take all memory. */
  private static final int MAXIMUM_MEMORY_KIB = 256 << 10;

  private static final Pattern FORM =
      Pattern.compile(
          "\\$argon2id\\$v=19\\$m=(\\d{1,6}),t=(\\d{1,2}),p=(\\d{1,2})"
              + "\\$([A-Za-z0-9+/]{22})\\$([A-Za-z0-9+/]{43})");

  /** Of no password, and as dear to check as any. */
  static final PasswordHash OF_NOBODY =
      new PasswordHash(form(new byte[SALT_BYTES], new byte[HASH_BYTES]));

  /** Checks the form. */
  PasswordHash {
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches()) {
      throw new IllegalArgumentException("A password's hash is of another form");
    }
    int memory = Integer.parseInt(matcher.group(1));
    int lanes = Integer.parseInt(matcher.group(3));
    if (lanes < 1 || memory < 8 * lanes || memory > MAXIMUM_MEMORY_KIB || passes(matcher) < 1) {
      throw new IllegalArgumentException("A password's hash has impossible costs");
    }
  }

  /**
   * Hashes a new password.
   *
   * @throws IllegalArgumentException if it is too short or too long
   */
  static PasswordHash of(String password, SecureRandom random) {
    if (password.length() < MINIMUM_LENGTH || password.length() > MAXIMUM_LENGTH) {
      throw new IllegalArgumentException(
          "A password has " + MINIMUM_LENGTH + " to " + MAXIMUM_LENGTH + " characters");
    }
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    byte[] hash = argon2id(password, MEMORY_KIB, PASSES, LANES, salt);
    return new PasswordHash(form(salt, hash));
  }

  private static String form(byte[] salt, byte[] hash) {
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return "$argon2id$v=19$m=%d,t=%d,p=%d$%s$%s"
        .formatted(
            MEMORY_KIB, PASSES, LANES, base64.encodeToString(salt), base64.encodeToString(hash));
  }

  /** Whether it is the hash of that password. */
  boolean matches(String password) {
    Matcher matcher = FORM.matcher(text);
    if (password.length() > MAXIMUM_LENGTH || !matcher.matches()) {
      return false;
    }
    byte[] salt = Base64.getDecoder().decode(matcher.group(4));
    byte[] expected = Base64.getDecoder().decode(matcher.group(5));
    int memory = Integer.parseInt(matcher.group(1));
    int lanes = Integer.parseInt(matcher.group(3));
    return MessageDigest.isEqual(
        expected, argon2id(password, memory, passes(matcher), lanes, salt));
  }

  private static int passes(Matcher matcher) {
    return Integer.parseInt(matcher.group(2));
  }

  /** The same password typed on another keyboard has to be the same: NFC, as UTF-8. */
  private static byte[] argon2id(String password, int memory, int passes, int lanes, byte[] salt) {
    byte[] bytes = Normalizer.normalize(password, Normalizer.Form.NFC).getBytes(UTF_8);
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
            .withVersion(Argon2Parameters.ARGON2_VERSION_13)
            .withMemoryAsKB(memory)
            .withIterations(passes)
            .withParallelism(lanes)
            .withSalt(salt)
            .build());
    byte[] hash = new byte[HASH_BYTES];
    generator.generateBytes(bytes, hash);
    Arrays.fill(bytes, (byte) 0);
    return hash;
  }

  /** Returns a placeholder. */
  @Override
  public String toString() {
    return "PasswordHash[(secret)]";
  }
}
