package dozo.cli.read;

import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Queue;

/** The extents of a disk from some offset to its end, listed some at a time. */
final class ExtentWalk {

  private final ChunkSource source;
  private final int atATime;
  private final Queue<Extent> listed = new ArrayDeque<>();
  private long position;

  ExtentWalk(ChunkSource source, long from, int atATime) {
    this.source = source;
    this.position = from;
    this.atATime = atATime;
  }

  /** Where the next extent begins. */
  long position() {
    return position;
  }

  boolean hasNext() {
    return position < source.sizeBytes();
  }

  /** Returns the next extent, the first one from where it begins. */
  Extent next() throws IOException {
    if (listed.isEmpty()) {
      listed.addAll(source.extents(position, atATime));
    }
    Extent extent = listed.remove();
    position = extent.end();
    return extent;
  }
}
