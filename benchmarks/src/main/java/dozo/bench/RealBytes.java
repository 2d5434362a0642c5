package dozo.bench;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** Bytes that programs made, for what random ones would not show: how well they compress. */
public final class RealBytes {

  private RealBytes() {}

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
