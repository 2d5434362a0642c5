package dozo.format.key;

import java.security.SecureRandom;
import java.util.Arrays;

/** The contents of a key file: 32 to 4096 bytes that nobody could guess. */
public final class KeyFile implements SlotSecret {

  /** The fewest bytes of a key file. */
  public static final int MINIMUM_BYTES = 32;

  /** The most bytes of a key file. */
  public static final int MAXIMUM_BYTES = 4_096;

  private final byte[] contents;
  private boolean closed;

  private KeyFile(byte[] contents) {
    this.contents = contents;
  }

  /**
   * Takes the contents of a key file. The array stays the caller's, who should wipe it.
   *
   * @throws IllegalArgumentException if they are too short or too long
   */
  public static KeyFile of(byte[] contents) {
    if (contents.length < MINIMUM_BYTES || contents.length > MAXIMUM_BYTES) {
      throw new IllegalArgumentException("A key file has 32 to 4096 bytes, not " + contents.length);
    }
    return new KeyFile(contents.clone());
  }

  /** Returns the contents for a new key file: 64 random bytes, which the caller should wipe. */
  public static byte[] generate(SecureRandom random) {
    byte[] contents = new byte[2 * MINIMUM_BYTES];
    random.nextBytes(contents);
    return contents;
  }

  /** The bytes themselves, not a copy. */
  byte[] bytes() {
    if (closed) {
      throw new IllegalStateException("The key file's contents have been wiped");
    }
    return contents;
  }

  @Override
  public void close() {
    closed = true;
    Arrays.fill(contents, (byte) 0);
  }

  @Override
  public String toString() {
    return "key file";
  }
}
