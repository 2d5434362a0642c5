package dozo.format.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The numbers of the gear hash. Cut points agree between implementations only where these do.
 *
 * <p>The number of a byte is made as the authors of FastCDC made theirs for destor: the MD5 of that
 * byte repeated 64 times, of which the first eight bytes are read as a big-endian number.
 *
 * <p>The masks are the authors' too (destor, for averages of 64 bytes to 128 KiB) and for larger
 * averages those of restic-FastCDC, as fastcdc-rs 4.0 (module v2020, {@code MASKS}) brings them
 * together. Their bits are spread out, so that the decision hangs on a longer window of bytes than
 * with as many bits in a row.
 */
final class Gear {

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int FIRST_MASK_BITS = 5;

  private static final long[] MASKS = {
    0x0000000001804110L,
    0x0000000001803110L,
    0x0000000018035100L,
    0x0000001800035300L,
    0x0000019000353000L,
    0x0000590003530000L,
    0x0000d90003530000L,
    0x0000d90103530000L,
    0x0000d90303530000L,
    0x0000d90313530000L,
    0x0000d90f03530000L,
    0x0000d90303537000L,
    0x0000d90703537000L,
    0x0000d90707537000L,
    0x0000d91707537000L,
    0x0000d91747537000L,
    0x0000d91767537000L,
    0x0000d93767537000L,
    0x0000d93777537000L,
    0x0000d93777577000L,
    0x0000db3777577000L,
  };

  private Gear() {}

  /** The numbers of the 256 bytes, each shifted left. */
  static long[] numbers(int shift) {
    MessageDigest md5;
    try {
      md5 = MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("FastCDC needs a Java runtime that has MD5", e);
    }
    long[] numbers = new long[256];
    byte[] seed = new byte[64];
    for (int b = 0; b < numbers.length; b++) {
      Arrays.fill(seed, (byte) b);
      numbers[b] = (long) LONG.get(md5.digest(seed), 0) << shift;
    }
    return numbers;
  }

  /** The mask that makes a cut happen once in {@code 2^bits} bytes, from 5 to 25 bits. */
  static long mask(int bits) {
    return MASKS[bits - FIRST_MASK_BITS];
  }
}
