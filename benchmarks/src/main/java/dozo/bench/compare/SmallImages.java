package dozo.bench.compare;

import dozo.bench.RealBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.stream.IntStream;

/**
 * Small images for a quick run: two days of a disk and a similar one, of bytes that programs made,
 * with holes between. They show that everything works, and no ratio that is worth telling.
 */
final class SmallImages {

  private static final int REGION_BYTES = 4 << 20;
  private static final int DATA_REGIONS = 16;
  private static final int CHANGE_BYTES = 256 << 10;
  private static final int CHANGES = 8;
  private static final String CLONE = "sibling";
  private static final String VM = "vm";

  private SmallImages() {}

  /** Makes the images. */
  static Images create(Path directory) throws IOException {
    Images images = new Images(directory, VM, CLONE);
    Files.createDirectories(directory.resolve(VM));
    Files.createDirectories(directory.resolve(CLONE));
    byte[] real = RealBytes.read(DATA_REGIONS * REGION_BYTES);
    write(images.day(1), real);
    change(real, images.changes(2));
    write(images.day(2), real);
    new Random(3).nextBytes(real);
    System.arraycopy(
        RealBytes.read(DATA_REGIONS / 2 * REGION_BYTES),
        0,
        real,
        0,
        DATA_REGIONS / 2 * REGION_BYTES);
    write(images.siblingDay(), real);
    return images;
  }

  /** Writes every other region, and leaves holes between. */
  private static void write(Path file, byte[] content) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      for (int region = 0; region < DATA_REGIONS; region++) {
        ByteBuffer bytes = ByteBuffer.wrap(content, region * REGION_BYTES, REGION_BYTES);
        long at = offset(region);
        while (bytes.hasRemaining()) {
          at += channel.write(bytes, at);
        }
      }
    }
  }

  private static void change(byte[] content, Path list) throws IOException {
    Random random = new Random(2);
    StringBuilder lines = new StringBuilder();
    int[] regions = IntStream.range(0, CHANGES).map(i -> i * 2).toArray();
    for (int region : regions) {
      int within = random.nextInt((REGION_BYTES - CHANGE_BYTES) / 4096) * 4096;
      byte[] fresh = new byte[CHANGE_BYTES];
      random.nextBytes(fresh);
      System.arraycopy(fresh, 0, content, region * REGION_BYTES + within, CHANGE_BYTES);
      lines.append(offset(region) + within).append(' ').append(CHANGE_BYTES).append('\n');
    }
    Files.writeString(list, lines);
  }

  private static long offset(int region) {
    return 2L * region * REGION_BYTES;
  }
}
