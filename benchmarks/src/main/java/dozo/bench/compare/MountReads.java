package dozo.bench.compare;

import dozo.bench.compare.Figures.ReadFigure;
import dozo.bench.compare.Figures.ReadPass;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * Reads a mounted disk as a guest would, one read at a time, only where it holds data, and compares
 * all that comes with the image. Random reads pass by the kernel's cache of pages, so that each
 * reaches the tool.
 */
final class MountReads {

  private static final int BLOCK_BYTES = 4 << 10;
  private static final int PIECE_BYTES = 1 << 20;
  private static final int PIECES_AT_MOST = 512;
  private static final int BLOCKS_AT_MOST = 20_000;
  private static final int SEED = 1;

  private final Figures figures;
  private final Duration time;

  /**
   * Prepares.
   *
   * @param time how long each kind of reads may go on; zero for none at all
   */
  MountReads(Figures figures, Duration time) {
    this.figures = figures;
    this.time = time;
  }

  boolean isPossible() {
    return time.isPositive() && Programs.canMount();
  }

  /**
   * Reads a backup, the sequential part and the random one through a fresh mount each.
   *
   * @param image what it must be equal to
   */
  void run(Tool tool, String label, Path image) throws IOException, InterruptedException {
    try (FileChannel expected = FileChannel.open(image)) {
      try (Mounted mounted = tool.mount(label);
          FileChannel file = FileChannel.open(mounted.file())) {
        List<Long> pieces = piecesWithData(expected);
        Reader reader = (offset, target) -> fill(file, offset, target);
        note(tool, ReadPass.SEQUENTIAL, mounted, reader, expected, pieces, PIECE_BYTES);
      }
      try (Mounted mounted = tool.mount(label);
          DirectFile file = DirectFile.open(mounted.file())) {
        List<Long> blocks = blocksWithData(expected);
        int read =
            note(tool, ReadPass.RANDOM_COLD, mounted, file::read, expected, blocks, BLOCK_BYTES);
        List<Long> again = new ArrayList<>(blocks.subList(0, read));
        Collections.shuffle(again, new Random(SEED));
        note(tool, ReadPass.RANDOM_WARM, mounted, file::read, expected, again, BLOCK_BYTES);
      }
    }
  }

  /** Fills the target with what the file has at an offset. */
  @FunctionalInterface
  private interface Reader {
    void read(long offset, ByteBuffer target) throws IOException;
  }

  private int note(
      Tool tool,
      ReadPass pass,
      Mounted mounted,
      Reader reader,
      FileChannel expected,
      List<Long> offsets,
      int length)
      throws IOException {
    // Direct reads need memory that is aligned as blocks are.
    ByteBuffer actual =
        ByteBuffer.allocateDirect(length + BLOCK_BYTES).alignedSlice(BLOCK_BYTES).limit(length);
    ByteBuffer wanted = ByteBuffer.allocateDirect(length);
    double[] latencies = new double[offsets.size()];
    int reads = 0;
    int wrong = 0;
    double seconds = 0;
    double cpuBefore = mounted.cpuSeconds();
    while (reads < latencies.length && seconds < time.toSeconds()) {
      long offset = offsets.get(reads);
      long begin = System.nanoTime();
      reader.read(offset, actual.clear().limit(length));
      latencies[reads] = (System.nanoTime() - begin) / 1e9;
      seconds += latencies[reads++];
      fill(expected, offset, wanted.clear());
      wrong += actual.flip().equals(wanted.flip()) ? 0 : 1;
    }
    if (reads == 0) {
      throw new IOException("The image holds no data");
    }
    Arrays.sort(latencies, 0, reads);
    figures.add(
        new ReadFigure(
            tool.name(),
            pass,
            reads,
            (long) reads * length,
            seconds,
            latencies[reads / 2],
            latencies[(int) (reads * 0.99)],
            wrong,
            mounted.cpuSeconds() - cpuBefore,
            mounted.peakBytes()));
    return reads;
  }

  /** The first pieces of a disk that are not all zeros, in order. */
  private static List<Long> piecesWithData(FileChannel image) throws IOException {
    List<Long> pieces = new ArrayList<>();
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE_BYTES);
    ByteBuffer zeros = ByteBuffer.allocateDirect(PIECE_BYTES);
    long size = image.size();
    for (long at = 0;
        at + PIECE_BYTES <= size && pieces.size() < PIECES_AT_MOST;
        at += PIECE_BYTES) {
      fill(image, at, piece.clear());
      if (!piece.flip().equals(zeros)) {
        pieces.add(at);
      }
    }
    return pieces;
  }

  /** Blocks that are not all zeros, drawn at random, none twice. */
  private static List<Long> blocksWithData(FileChannel image) throws IOException {
    Random random = new Random(SEED);
    Set<Long> blocks = new LinkedHashSet<>();
    ByteBuffer block = ByteBuffer.allocateDirect(BLOCK_BYTES);
    ByteBuffer zeros = ByteBuffer.allocateDirect(BLOCK_BYTES);
    long count = image.size() / BLOCK_BYTES;
    // A disk with little on it ends the search before the blocks are enough.
    for (long tried = 0; tried < 4 * count && blocks.size() < BLOCKS_AT_MOST; tried++) {
      long at = random.nextLong(count) * BLOCK_BYTES;
      fill(image, at, block.clear());
      if (!block.flip().equals(zeros)) {
        blocks.add(at);
      }
    }
    return List.copyOf(blocks);
  }

  private static void fill(FileChannel file, long offset, ByteBuffer target) throws IOException {
    long at = offset;
    while (target.hasRemaining()) {
      int count = file.read(target, at);
      if (count < 0) {
        throw new EOFException("The file ends at byte " + at);
      }
      at += count;
    }
  }
}
