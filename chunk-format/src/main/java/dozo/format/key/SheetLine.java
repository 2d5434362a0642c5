package dozo.format.key;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dozo.format.UuidBytes;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;

/**
 * The bytes of one line of an emergency sheet with their check: a CRC-16 (polynomial 0x1021, from
 * 0xffff) over the repository's id, the line's label, the number of bytes and the bytes. It always
 * finds one wrong symbol and two neighbours in the wrong order, because no burst of 16 bits escapes
 * it, and it finds a line in the place of another. The number is in it because a CRC alone may hold
 * for a line without its end.
 */
final class SheetLine {

  private static final int POLYNOMIAL = 0x1021;
  private static final int CHECK_BYTES = 2;

  static final int START = 0xffff;

  private SheetLine() {}

  /** Appends the symbols of the bytes and their check. */
  static void encode(UUID repositoryId, String label, byte[] bytes, StringBuilder target) {
    byte[] checked = Arrays.copyOf(bytes, bytes.length + CHECK_BYTES);
    int check = check(repositoryId, label, bytes, bytes.length);
    checked[bytes.length] = (byte) (check >>> Byte.SIZE);
    checked[bytes.length + 1] = (byte) check;
    CrockfordBase32.encode(checked, target);
    Arrays.fill(checked, (byte) 0);
  }

  /** Returns the bytes if the check fits, which the caller should wipe. */
  static Optional<byte[]> decode(UUID repositoryId, String label, CharSequence text) {
    return CrockfordBase32.decode(text)
        .filter(checked -> checked.length >= CHECK_BYTES && fits(repositoryId, label, checked))
        .map(checked -> Arrays.copyOf(checked, checked.length - CHECK_BYTES));
  }

  private static boolean fits(UUID repositoryId, String label, byte[] checked) {
    int length = checked.length - CHECK_BYTES;
    int told = (checked[length] & 0xff) << Byte.SIZE | (checked[length + 1] & 0xff);
    return told == check(repositoryId, label, checked, length);
  }

  private static int check(UUID repositoryId, String label, byte[] bytes, int length) {
    byte[] id = UuidBytes.of(repositoryId);
    byte[] name = label.getBytes(US_ASCII);
    byte[] count = {(byte) length};
    int front = crc(crc(crc(START, id, id.length), name, name.length), count, count.length);
    return crc(front, bytes, length);
  }

  static int crc(int start, byte[] bytes, int length) {
    int crc = start;
    for (int i = 0; i < length; i++) {
      crc ^= (bytes[i] & 0xff) << Byte.SIZE;
      for (int bit = 0; bit < Byte.SIZE; bit++) {
        crc = (crc & 0x8000) == 0 ? crc << 1 : crc << 1 ^ POLYNOMIAL;
      }
      crc &= 0xffff;
    }
    return crc;
  }
}
