package dozo.repository.ingest;

import dozo.format.manifest.IngestStatistics;
import java.util.concurrent.atomic.LongAdder;

/** Counts what a session does. Safe for use by several threads. */
final class IngestCounts {

  private final LongAdder acceptedBytes = new LongAdder();
  private final LongAdder readBytes = new LongAdder();
  private final LongAdder keptBytes = new LongAdder();
  private final LongAdder holeBytes = new LongAdder();
  private final LongAdder newChunks = new LongAdder();
  private final LongAdder newBytes = new LongAdder();
  private final LongAdder storedBytes = new LongAdder();

  void accepted(long bytes) {
    acceptedBytes.add(bytes);
  }

  void chunk(int bytes, boolean isNew) {
    readBytes.add(bytes);
    if (isNew) {
      newChunks.increment();
      newBytes.add(bytes);
    }
  }

  /** A stretch of a base was taken over, of which so much is data. */
  void kept(long bytes, long data) {
    keptBytes.add(data);
    holeBytes.add(bytes - data);
  }

  void hole(long bytes) {
    holeBytes.add(bytes);
  }

  void stored(long bytes) {
    storedBytes.add(bytes);
  }

  SessionProgress progress() {
    long fresh = newBytes.sum();
    long read = readBytes.sum();
    return new SessionProgress(
        acceptedBytes.sum(),
        read,
        holeBytes.sum(),
        newChunks.sum(),
        fresh,
        Math.max(0, read - fresh) + keptBytes.sum(),
        storedBytes.sum());
  }

  IngestStatistics statistics(long milliseconds) {
    return new IngestStatistics(
        readBytes.sum(), newChunks.sum(), newBytes.sum(), storedBytes.sum(), milliseconds);
  }
}
