package dozo.mount.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;

/** Writes images to files as a restore does: the frame, and the disk's data where it belongs. */
final class Copies {
  private static final int PIECE_BYTES = 1 << 20;

  private Copies() {}

  static void write(SparseSource source, DiskImage image, Path file) throws IOException {
    try (FileChannel target =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      Optional<DiskImage.Run> run = image.nextFrame(0);
      while (run.isPresent()) {
        int length = (int) Math.min(PIECE_BYTES, run.get().lengthBytes());
        ByteBuffer piece = ByteBuffer.allocate(length);
        image.read(run.get().offset(), piece);
        put(target, run.get().offset(), piece.flip());
        run = image.nextFrame(run.get().offset() + length);
      }
      for (Map.Entry<Long, Long> data : source.runs().entrySet()) {
        for (long at = data.getKey(); at < data.getValue(); ) {
          DiskImage.Run place = image.placeOf(at);
          int length =
              (int) Math.min(PIECE_BYTES, Math.min(place.lengthBytes(), data.getValue() - at));
          put(target, place.offset(), ByteBuffer.wrap(source.expected(at, length)));
          at += length;
        }
      }
      if (target.size() < image.sizeBytes()) {
        target.write(ByteBuffer.allocate(1), image.sizeBytes() - 1);
      }
    }
  }

  private static void put(FileChannel target, long offset, ByteBuffer bytes) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += target.write(bytes, at);
    }
  }
}
