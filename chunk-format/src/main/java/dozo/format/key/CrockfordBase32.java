package dozo.format.key;

import java.io.ByteArrayOutputStream;
import java.util.Optional;

/**
 * Bytes as symbols that a person can read, say and type: Douglas Crockford's Base32, in groups of
 * four. Case does not matter when it is read, nor do spaces and hyphens; O is read as 0, and I and
 * L as 1.
 */
final class CrockfordBase32 {

  private static final String SYMBOLS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  private static final int BITS = 5;
  private static final int GROUP = 4;

  private CrockfordBase32() {}

  /** Appends the symbols. Bits that fill up the last one are zero. */
  static void encode(byte[] bytes, StringBuilder target) {
    int symbols = Math.ceilDiv(Byte.SIZE * bytes.length, BITS);
    for (int i = 0; i < symbols; i++) {
      if (i > 0 && i % GROUP == 0) {
        target.append(' ');
      }
      int value = 0;
      for (int bit = BITS * i; bit < BITS * (i + 1); bit++) {
        int at = bit / Byte.SIZE;
        int set = at < bytes.length ? bytes[at] >>> (Byte.SIZE - 1 - bit % Byte.SIZE) & 1 : 0;
        value = (value << 1) | set;
      }
      target.append(SYMBOLS.charAt(value));
    }
  }

  /**
   * Reads symbols; returns nothing if there is another character, or bits left that are not zero.
   */
  static Optional<byte[]> decode(CharSequence text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    int buffer = 0;
    int bits = 0;
    for (int i = 0; i < text.length(); i++) {
      char character = text.charAt(i);
      if (character == ' ' || character == '-' || character == '\t') {
        continue;
      }
      int value = valueOf(character);
      if (value < 0) {
        return Optional.empty();
      }
      buffer = (buffer << BITS) | value;
      bits += BITS;
      if (bits >= Byte.SIZE) {
        bits -= Byte.SIZE;
        bytes.write(buffer >>> bits);
      }
    }
    boolean rest = bits >= BITS || (buffer & ((1 << bits) - 1)) != 0;
    return rest ? Optional.empty() : Optional.of(bytes.toByteArray());
  }

  private static int valueOf(char character) {
    return switch (character) {
      case 'O', 'o' -> 0;
      case 'I', 'i', 'L', 'l' -> 1;
      default -> SYMBOLS.indexOf(character >= 'a' && character <= 'z' ? character - 32 : character);
    };
  }
}
