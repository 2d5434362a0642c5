package dozo.client.tags;

import dozo.format.tag.BlockTagger;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** The tags in a file, by the numbers of their blocks. */
final class TagFile {

  private TagFile() {}

  /** Reads tags; what the file does not have is not known, and zero. */
  static byte[] read(FileChannel file, long firstBlock, int count) throws IOException {
    byte[] tags = new byte[count * BlockTagger.TAG_BYTES];
    readAll(file, offset(firstBlock), ByteBuffer.wrap(tags));
    return tags;
  }

  /** Reads until the target is full or the file ends. */
  static void readAll(FileChannel file, long offset, ByteBuffer target) throws IOException {
    long at = offset - target.position();
    int read = 0;
    while (target.hasRemaining() && read >= 0) {
      read = file.read(target, at + target.position());
    }
  }

  static void write(FileChannel file, long firstBlock, byte[] tags) throws IOException {
    writeAll(file, offset(firstBlock), ByteBuffer.wrap(tags));
  }

  static void writeAll(FileChannel file, long offset, ByteBuffer bytes) throws IOException {
    long at = offset - bytes.position();
    while (bytes.hasRemaining()) {
      int written = file.write(bytes, at + bytes.position());
      if (written <= 0) {
        throw new IOException("A file of tags takes no bytes");
      }
    }
  }

  private static long offset(long block) {
    return TagFileHeader.BYTES + block * BlockTagger.TAG_BYTES;
  }
}
