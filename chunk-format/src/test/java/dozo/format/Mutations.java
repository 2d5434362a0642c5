package dozo.format;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Sound bytes made unsound, the same way each time. */
public final class Mutations {

  private static final int[] NUMBERS = {
    0,
    1,
    -1,
    2,
    16,
    36,
    255,
    4096,
    4097,
    65_535,
    1 << 20,
    4 << 20,
    (4 << 20) + 1,
    8 << 20,
    Integer.MAX_VALUE,
    Integer.MIN_VALUE
  };

  private final Random random;

  public Mutations(long seed) {
    this.random = new Random(seed);
  }

  /** Returns a copy with one to four changes: bytes, numbers, lengths, or parts of it doubled. */
  public byte[] of(byte[] sound) {
    byte[] bytes = sound.clone();
    for (int changes = 1 + random.nextInt(4); changes > 0 && bytes.length > 0; changes--) {
      int at = random.nextInt(bytes.length);
      switch (random.nextInt(6)) {
        case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
        case 1 -> bytes[at] = (byte) random.nextInt();
        case 2 -> {
          if (at + 4 <= bytes.length) {
            int number =
                random.nextBoolean()
                    ? NUMBERS[random.nextInt(NUMBERS.length)]
                    : bytes.length + random.nextInt(9) - 4;
            ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).putInt(at, number);
          }
        }
        case 3 -> bytes = Arrays.copyOf(bytes, at);
        case 4 -> bytes = Arrays.copyOf(bytes, bytes.length + 1 + random.nextInt(64));
        default -> {
          int length = Math.min(1 + random.nextInt(64), bytes.length - at);
          byte[] longer = new byte[bytes.length + length];
          System.arraycopy(bytes, 0, longer, 0, at + length);
          System.arraycopy(bytes, at, longer, at + length, bytes.length - at);
          bytes = longer;
        }
      }
    }
    return bytes;
  }
}
