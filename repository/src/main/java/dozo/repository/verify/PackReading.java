package dozo.repository.verify;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.pack.PackDirectory;
import dozo.format.pack.PackHeader;
import dozo.format.pack.PackReader;
import dozo.format.pack.PackTrailer;
import dozo.format.pack.RangedInput;
import dozo.format.seal.RecordHeader;
import dozo.format.seal.RecordOpener;
import dozo.repository.pack.WholePack;
import dozo.repository.work.Lender;
import dozo.repository.work.Pace;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * Reads a pack from front to back, a window at a time, and has the segments of a window proved on
 * the pool. So a slow rate holds up the calling thread only, and memory is bounded by the window.
 * For one thread at a time.
 */
final class PackReading {

  private static final int WINDOW_BYTES = 4 << 20;
  private static final int TASK_BYTES = 256 << 10;

  private final WorkPool pool;
  private final Lender<SegmentProver> provers;
  private final Pace pace;
  private byte[] window = new byte[WINDOW_BYTES];

  PackReading(WorkPool pool, Lender<SegmentProver> provers, Pace pace) {
    this.pool = pool;
    this.provers = provers;
    this.pace = pace;
  }

  /** Takes chunks whose ids could not be proved, on any thread. */
  @FunctionalInterface
  interface UnprovenSink {
    void unproven(int segment, ChunkId id);
  }

  /**
   * Reads everything: segments, and parity if there is some.
   *
   * @throws IOException if anything cannot be read or does not fit
   */
  void readAll(WholePack pack, UnprovenSink unproven) throws IOException {
    PackDirectory directory = pack.directory();
    long next = PackHeader.BYTES;
    for (int s = 0; s < directory.segmentCount(); s++) {
      if (directory.offset(s) != next) {
        throw gap(pack, next);
      }
      next += recordLength(directory, s);
    }
    if (next != pack.trailer().directoryOffset()) {
      throw gap(pack, next);
    }
    readSegments(pack, segment -> true, unproven);
    readParity(pack);
  }

  private static CorruptDataException gap(WholePack pack, long offset) {
    return new CorruptDataException(
        Fault.of("The pack's directory leaves a gap").in("pack " + pack.id()).at(offset));
  }

  /** Reads the segments that are wanted, by their numbers in the directory. */
  void readSegments(WholePack pack, IntPredicate wanted, UnprovenSink unproven) throws IOException {
    PackDirectory directory = pack.directory();
    int from = 0;
    while (from < directory.segmentCount()) {
      int to = from;
      long start = directory.offset(from);
      long end = start;
      while (to < directory.segmentCount()
          && wanted.test(to)
          && directory.offset(to) == end
          && (to == from || end + recordLength(directory, to) - start <= WINDOW_BYTES)) {
        end += recordLength(directory, to);
        to++;
      }
      if (to == from) {
        from++;
        continue;
      }
      load(pack.file(), start, (int) (end - start));
      prove(pack, from, to, start, unproven);
      from = to;
    }
  }

  private void load(RangedInput file, long offset, int length) throws IOException {
    pace.take(length);
    if (window.length < length) {
      window = new byte[length];
    }
    file.read(offset, ByteBuffer.wrap(window, 0, length));
  }

  /** Proves segments that lie in the window, which begins at an offset of the pack. */
  private void prove(WholePack pack, int from, int to, long start, UnprovenSink unproven)
      throws IOException {
    List<WorkPool.Task> tasks = new ArrayList<>();
    int first = from;
    int bytes = 0;
    for (int s = from; s < to; s++) {
      bytes += recordLength(pack.directory(), s);
      if (bytes >= TASK_BYTES || s + 1 == to) {
        int begin = first;
        int end = s + 1;
        tasks.add(() -> proveRun(pack, begin, end, start, unproven));
        first = end;
        bytes = 0;
      }
    }
    pool.runAll(tasks);
  }

  private void proveRun(WholePack pack, int from, int to, long start, UnprovenSink unproven)
      throws CorruptDataException {
    SegmentProver prover = provers.take();
    try {
      for (int s = from; s < to; s++) {
        int segment = s;
        int at = (int) (pack.directory().offset(s) - start);
        prover.prove(
            pack.key(),
            pack.header().contentKind(),
            pack.directory(),
            s,
            window,
            at,
            id -> unproven.unproven(segment, id));
      }
    } finally {
      provers.give(prover);
    }
  }

  private void readParity(WholePack pack) throws IOException {
    long at = pack.trailer().parityOffset();
    long end = pack.trailer().fileLength() - PackTrailer.BYTES;
    String object = "pack " + pack.id();
    byte[] head = new byte[RecordHeader.BYTES];
    while (at < end) {
      pack.file().read(at, ByteBuffer.wrap(head));
      int length = RecordHeader.read(head, 0, object, at).recordLength();
      if (length > end - at) {
        throw new CorruptDataException(
            Fault.of("The pack's parity does not end where its trailer says").in(object).at(at));
      }
      load(pack.file(), at, length);
      RecordOpener.check(window, 0, length, object, at);
      at += length;
    }
  }

  private static int recordLength(PackDirectory directory, int segment) {
    return PackReader.recordLength(directory.sealedLength(segment));
  }
}
