package dozo.mount.read;

import dozo.format.disk.ChunkSource;
import dozo.format.disk.DiskRange;
import dozo.format.disk.DiskReader;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/** Reads a disk by way of a {@link ReadCache}. */
public final class CachedDiskReader implements DiskReader {
  /** How much is gathered before it is copied: it bounds what one read holds. */
  private static final long BATCH_BYTES = 8 << 20;

  private static final int BATCH_CHUNKS = 512;
  private static final byte[] ZEROS = new byte[64 << 10];
  private static final AtomicLong NEXT_ID = new AtomicLong();

  private final long id = NEXT_ID.incrementAndGet();
  private final ChunkSource source;
  private final ReadCache cache;
  private final SequentialReads sequence;
  private final @Nullable BootRecording recording;

  /** Shared by what runs ahead, so that closing waits for it. */
  private final ReentrantReadWriteLock runningAhead = new ReentrantReadWriteLock();

  private boolean closed;

  CachedDiskReader(ChunkSource source, ReadCache cache, Optional<BootRecording> recording) {
    this.source = source;
    this.cache = cache;
    this.recording = recording.orElse(null);
    this.sequence = new SequentialReads(source.sizeBytes(), cache.options().readAheadBytes());
  }

  @Override
  public long sizeBytes() {
    return source.sizeBytes();
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(offset, target.remaining(), sizeBytes());
    SequentialReads.Ahead ahead = sequence.note(offset, target.remaining());
    if (ahead != null) {
      runAhead(ahead);
    }
    if (recording != null) {
      recording.note(offset, target.remaining());
    }
    int start = target.position();
    boolean complete = false;
    try {
      copy(offset, target);
      complete = true;
    } finally {
      if (!complete) {
        target.position(start);
      }
    }
  }

  private void copy(long offset, ByteBuffer target) throws IOException {
    long at = offset;
    long end = offset + target.remaining();
    while (at < end) {
      ExtentWindow window = window(at);
      int index = window.indexOf(at);
      Extent first = window.extents().get(index);
      byte[] plain = first.isHole() ? null : cache.chunks().getIfPresent(first.id());
      if (first.isHole()) {
        at += copyZeros(first, at, target);
      } else if (plain != null) {
        at += copyBytes(first, plain, at, target);
      } else {
        List<Extent> batch = chunks(window, index, end);
        List<byte[]> plains = cache.chunks().get(source, batch);
        for (int i = 0; i < batch.size(); i++) {
          Extent chunk = batch.get(i);
          at += copyZerosBefore(chunk, at, target);
          at += copyBytes(chunk, plains.get(i), at, target);
        }
      }
    }
  }

  /** The chunks of a window from one of its extents on that begin before an offset. */
  private static List<Extent> chunks(ExtentWindow window, int index, long end) {
    List<Extent> chunks = new ArrayList<>();
    long bytes = 0;
    for (int i = index; i < window.extents().size(); i++) {
      Extent extent = window.extents().get(i);
      if (extent.offset() >= end || bytes >= BATCH_BYTES || chunks.size() == BATCH_CHUNKS) {
        break;
      }
      if (!extent.isHole()) {
        chunks.add(extent);
        bytes += extent.lengthBytes();
      }
    }
    return chunks;
  }

  private static int copyBytes(Extent chunk, byte[] plain, long at, ByteBuffer target) {
    int from = Math.toIntExact(at - chunk.offset());
    int length = Math.min(plain.length - from, target.remaining());
    target.put(plain, from, length);
    return length;
  }

  private static long copyZerosBefore(Extent chunk, long at, ByteBuffer target) {
    long length = Math.max(0, chunk.offset() - at);
    putZeros(target, length);
    return length;
  }

  private static long copyZeros(Extent hole, long at, ByteBuffer target) {
    long length = Math.min(hole.end() - at, target.remaining());
    putZeros(target, length);
    return length;
  }

  private static void putZeros(ByteBuffer target, long count) {
    for (long left = count; left > 0; ) {
      int length = (int) Math.min(left, ZEROS.length);
      target.put(ZEROS, 0, length);
      left -= length;
    }
  }

  private ExtentWindow window(long offset) throws IOException {
    return cache.extents().get(id, source, offset / ExtentWindow.BYTES);
  }

  /** The chunks that hold a range, in the order of the disk; of what lies past its end none. */
  List<Extent> chunks(DiskRange range) throws IOException {
    List<Extent> chunks = new ArrayList<>();
    long end = Math.min(range.end(), sizeBytes());
    ExtentWindow window;
    for (long at = range.offset(); at < end; at = window.extents().getLast().end()) {
      window = window(at);
      for (Extent extent : window.extents().subList(window.indexOf(at), window.extents().size())) {
        if (extent.offset() < end && !extent.isHole()) {
          chunks.add(extent);
        }
      }
    }
    return chunks;
  }

  /** Brings chunks of this disk into the cache. */
  void prefetch(List<Extent> chunks) throws IOException {
    cache.chunks().prefetch(source, chunks);
  }

  private void runAhead(SequentialReads.Ahead ahead) {
    for (long from = ahead.from(); from < ahead.to(); from += SequentialReads.PIECE_BYTES) {
      long start = from;
      long end = Math.min(ahead.to(), from + SequentialReads.PIECE_BYTES);
      if (!cache.tryRunAhead(end - start, () -> readAhead(start, end))) {
        return;
      }
    }
  }

  private void readAhead(long start, long end) {
    if (!runningAhead.readLock().tryLock()) {
      return;
    }
    try {
      if (closed) {
        return;
      }
      ExtentWindow window;
      for (long at = start; at < end; at = window.extents().getLast().end()) {
        window = window(at);
        cache.chunks().readAhead(source, chunks(window, window.indexOf(at), end));
      }
    } catch (IOException e) {
      // Whoever reads there meets it again, and is told.
      return;
    } finally {
      runningAhead.readLock().unlock();
    }
  }

  @Override
  public List<Extent> extents(long offset, int maximum) throws IOException {
    return source.extents(offset, maximum);
  }

  @Override
  public BitSet presence(int blockBytes, long firstBlock, int count) throws IOException {
    return source.presence(blockBytes, firstBlock, count);
  }

  @Override
  public void close() {
    runningAhead.writeLock().lock();
    try {
      if (!closed) {
        closed = true;
        source.close();
        cache.extents().forget(id);
      }
    } finally {
      runningAhead.writeLock().unlock();
    }
  }
}
