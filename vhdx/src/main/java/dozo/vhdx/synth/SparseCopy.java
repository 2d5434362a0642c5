package dozo.vhdx.synth;

import dozo.vhdx.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/** Writes an image to a file and leaves out what is zeros, in pieces of 64 KiB. */
final class SparseCopy {

  private static final int BUFFER_BYTES = 1 << 20;
  private static final ByteBuffer ZEROS = ByteBuffer.allocate(64 << 10).asReadOnlyBuffer();

  private SparseCopy() {}

  static void copy(VhdxImage image, FileChannel target) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    Extent extent;
    for (long at = 0; at < image.sizeBytes(); at = extent.end()) {
      extent = image.extentAt(at);
      if (extent.kind() == Extent.Kind.DATA) {
        copy(image, extent, target, buffer);
      }
    }
    if (target.size() < image.sizeBytes()) {
      writeFully(target, image.sizeBytes() - 1, ByteBuffer.allocate(1));
    }
  }

  private static void copy(VhdxImage image, Extent extent, FileChannel target, ByteBuffer buffer)
      throws IOException {
    long at = extent.offset();
    while (at < extent.end()) {
      buffer.clear().limit((int) Math.min(BUFFER_BYTES, extent.end() - at));
      int count = image.read(at, buffer);
      for (int from = 0; from < count; from += ZEROS.capacity()) {
        ByteBuffer piece = buffer.slice(from, Math.min(ZEROS.capacity(), count - from));
        if (!piece.equals(ZEROS.slice(0, piece.limit()))) {
          writeFully(target, at + from, piece);
        }
      }
      at += count;
    }
  }

  private static void writeFully(FileChannel target, long offset, ByteBuffer bytes)
      throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += target.write(bytes, at);
    }
  }
}
