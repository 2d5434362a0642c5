package dozo.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;

/** Bytes that programs made, for what random ones would not show: how well they compress. */
public final class RealBytes {

  private static final int BLOCK_BYTES = 64 << 10;

  private RealBytes() {}

  /**
   * Reads what a raw disk image holds, from its begin on, without the blocks of zeros in it.
   *
   * @throws EOFException if the image holds less
   */
  public static byte[] ofImage(Path image, int length) throws IOException {
    byte[] zeros = new byte[BLOCK_BYTES];
    byte[] bytes = new byte[length];
    try (FileChannel file = FileChannel.open(image)) {
      ByteBuffer block = ByteBuffer.allocate(BLOCK_BYTES);
      int filled = 0;
      while (filled < length) {
        block.clear();
        while (block.hasRemaining()) {
          if (file.read(block) < 0) {
            throw new EOFException(image + " holds less than " + length + " bytes of data");
          }
        }
        if (!Arrays.equals(block.array(), zeros)) {
          int taken = Math.min(BLOCK_BYTES, length - filled);
          System.arraycopy(block.array(), 0, bytes, filled, taken);
          filled += taken;
        }
      }
    }
    return bytes;
  }

  /** Reads from the middle of the Java runtime's own class library, which every machine has. */
  public static byte[] read(int length) throws IOException {
    Path library = Path.of(System.getProperty("java.home"), "lib", "modules");
    try (FileChannel file = FileChannel.open(library)) {
      ByteBuffer bytes = ByteBuffer.allocate(length);
      long at = file.size() / 2;
      while (bytes.hasRemaining()) {
        int read = file.read(bytes, at);
        if (read < 0) {
          throw new EOFException("The class library is shorter than " + length + " bytes");
        }
        at += read;
      }
      return bytes.array();
    }
  }
}
