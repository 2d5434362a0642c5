package dozo.cli.restore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Where the bytes of a disk stand in a file. May be used by several threads. */
public interface ImageLayout {

  /** The word for it in names and messages, such as {@code raw}. */
  String word();

  /** The length of the whole file. */
  long fileBytes();

  /** Writes whatever is not the disk's own bytes. */
  void writeFrame(FileChannel file) throws IOException;

  /** Writes bytes of the disk where they belong, and consumes them. */
  void write(FileChannel file, long diskOffset, ByteBuffer bytes) throws IOException;

  /** Writes all of the bytes from a place on. */
  static void writeFully(FileChannel file, long offset, ByteBuffer bytes) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += file.write(bytes, at);
    }
  }
}
