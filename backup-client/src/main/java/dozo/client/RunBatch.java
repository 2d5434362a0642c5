package dozo.client;

import dozo.format.ChunkHasher;
import dozo.format.disk.Extent;
import java.util.ArrayList;
import java.util.List;

/**
 * Neighbouring runs of a disk that are hashed, announced and judged together. All chunks lie in one
 * window.
 *
 * <p>Filled by one thread, then hashed by another, then read by others; each hands it on.
 */
final class RunBatch {

  /** Enough to make up for the handling of a batch, few enough to be under way soon. */
  static final int MAXIMUM_BYTES = 1 << 20;

  private final Window window;
  private final List<Extent> runs = new ArrayList<>();

  /** Where each run begins in the window; of no meaning for holes. */
  private final List<Integer> places = new ArrayList<>();

  private long chunkBytes;
  private long announcedNanos;

  /** Begins an empty batch, which uses the window until it is released. */
  RunBatch(Window window) {
    this.window = window.use();
  }

  void hole(long offset, long length) {
    runs.add(new Extent(offset, length, Extent.HOLE));
    places.add(0);
  }

  /** Adds a chunk, whose id is not known yet. */
  void chunk(long offset, int from, int length) {
    runs.add(new Extent(offset, length, Extent.HOLE));
    places.add(from + 1);
    chunkBytes += length;
  }

  boolean isEmpty() {
    return runs.isEmpty();
  }

  int size() {
    return runs.size();
  }

  /** Names the chunks. */
  RunBatch hash(ChunkHasher hasher) {
    for (int i = 0; i < runs.size(); i++) {
      if (isChunk(i)) {
        Extent run = runs.get(i);
        runs.set(
            i,
            new Extent(
                run.offset(), run.lengthBytes(), hasher.id(window.bytes(), from(i), length(i))));
      }
    }
    return this;
  }

  /** The runs, named. */
  List<Extent> runs() {
    return runs;
  }

  boolean isChunk(int run) {
    return places.get(run) > 0;
  }

  byte[] bytes() {
    return window.bytes();
  }

  int from(int run) {
    return places.get(run) - 1;
  }

  int length(int run) {
    return (int) runs.get(run).lengthBytes();
  }

  /** The length of all chunks together. */
  long chunkBytes() {
    return chunkBytes;
  }

  void announced(long nanos) {
    announcedNanos = nanos;
  }

  long announcedNanos() {
    return announcedNanos;
  }

  void release() {
    window.release();
  }
}
