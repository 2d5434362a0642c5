package dozo.format.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.text.Normalizer;
import java.util.Arrays;

/**
 * A passphrase, as the bytes that Argon2id gets: UTF-8 of its Unicode NFC, so that it is the same
 * from whichever keyboard it was typed.
 */
public final class Passphrase implements SlotSecret {

  /** The most characters of a passphrase. */
  public static final int MAXIMUM_LENGTH = 1_024;

  private final byte[] bytes;
  private boolean closed;

  private Passphrase(byte[] bytes) {
    this.bytes = bytes;
  }

  /**
   * Takes a passphrase. The array stays the caller's, who should wipe it.
   *
   * @throws IllegalArgumentException if it is empty, longer than {@value #MAXIMUM_LENGTH}
   *     characters, or no valid Unicode
   */
  public static Passphrase of(char[] characters) {
    if (characters.length == 0 || characters.length > MAXIMUM_LENGTH) {
      throw new IllegalArgumentException(
          "A passphrase has 1 to " + MAXIMUM_LENGTH + " characters, not " + characters.length);
    }
    CharSequence text = CharBuffer.wrap(characters);
    if (!Normalizer.isNormalized(text, Normalizer.Form.NFC)) {
      text = Normalizer.normalize(text, Normalizer.Form.NFC);
    }
    try {
      ByteBuffer encoded =
          UTF_8
              .newEncoder()
              .onMalformedInput(CodingErrorAction.REPORT)
              .onUnmappableCharacter(CodingErrorAction.REPORT)
              .encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[encoded.remaining()];
      encoded.get(bytes);
      encoded.clear();
      while (encoded.hasRemaining()) {
        encoded.put((byte) 0);
      }
      return new Passphrase(bytes);
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException("The passphrase holds a character that is no Unicode", e);
    }
  }

  /** The bytes themselves, not a copy. */
  byte[] bytes() {
    if (closed) {
      throw new IllegalStateException("The passphrase has been wiped");
    }
    return bytes;
  }

  @Override
  public void close() {
    closed = true;
    Arrays.fill(bytes, (byte) 0);
  }

  @Override
  public String toString() {
    return "passphrase";
  }
}
