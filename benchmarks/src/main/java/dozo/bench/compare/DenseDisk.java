package dozo.bench.compare;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A disk without holes, made of what an image holds: so that requests to anywhere on it reach data,
 * whichever program makes them.
 */
final class DenseDisk {

  private static final int PIECE_BYTES = 64 << 10;

  private DenseDisk() {}

  /**
   * Makes it.
   *
   * @param mostBytes how much it has at the most
   * @return how much it has
   */
  static long make(Path image, Path disk, long mostBytes) throws IOException {
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE_BYTES);
    long written = 0;
    try (FileChannel from = FileChannel.open(image);
        FileChannel to =
            FileChannel.open(disk, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      long size = from.size();
      for (long at = 0; at + PIECE_BYTES <= size && written < mostBytes; at += PIECE_BYTES) {
        fill(from, at, piece.clear());
        if (!piece.flip().equals(zeros)) {
          while (piece.hasRemaining()) {
            written += to.write(piece, written);
          }
        }
        zeros.clear();
      }
    }
    return written;
  }

  private static void fill(FileChannel file, long offset, ByteBuffer target) throws IOException {
    while (target.hasRemaining()) {
      if (file.read(target, offset + target.position()) < 0) {
        throw new EOFException("The file ends at byte " + (offset + target.position()));
      }
    }
  }
}
