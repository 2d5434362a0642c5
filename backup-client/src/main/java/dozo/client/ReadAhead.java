package dozo.client;

import dozo.client.source.FrozenContent;
import dozo.client.source.Run;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One disk from some offset to its end, in order, with several reads under way: a disk that answers
 * slowly but many at a time is then read at its full rate. Holes are not read at all.
 *
 * <p>Used by one thread; the reads run on others.
 */
final class ReadAhead implements AutoCloseable {

  /** How many blocks are read ahead. Others are in the hands of the caller. */
  static final int BLOCKS_AHEAD = 4;

  private final FrozenContent content;
  private final BlockPool pool;
  private final ExecutorService readers;
  private final Queue<Future<Block>> ahead = new ArrayDeque<>(BLOCKS_AHEAD);
  private long position;

  /**
   * Begins to read.
   *
   * @param from the first byte, at most the size
   * @param pool has more than {@link #BLOCKS_AHEAD} buffers, which nobody else takes from
   */
  ReadAhead(FrozenContent content, long from, BlockPool pool, ExecutorService readers) {
    this.content = content;
    this.position = from;
    this.pool = pool;
    this.readers = readers;
  }

  /** Returns the next block, whose buffer the caller gives back to the pool; null at the end. */
  @Nullable Block next() throws IOException {
    while (ahead.size() < BLOCKS_AHEAD && position < content.sizeBytes()) {
      ahead.add(begin());
    }
    Future<Block> first = ahead.poll();
    return first == null ? null : result(first);
  }

  private Future<Block> begin() throws IOException {
    Run run = content.runAt(position);
    long offset = position;
    if (!run.isRead()) {
      position += run.lengthBytes();
      if (content instanceof TaggedContent tagged) {
        tagged.passed(run);
      }
      Piece piece =
          run.zero()
              ? new Piece.Zeros(offset, run.lengthBytes())
              : new Piece.Kept(offset, run.lengthBytes());
      return CompletableFuture.completedFuture(new Block(List.of(piece), null));
    }
    // Blocks end at multiples of their size, so that reads fall on whole sectors and pages.
    long toBoundary = BlockPool.BLOCK_BYTES - offset % BlockPool.BLOCK_BYTES;
    int length = (int) Math.min(toBoundary, run.lengthBytes());
    position += length;
    ByteBuffer buffer = takeBuffer().limit(length);
    return readers.submit(() -> read(offset, buffer, run.kind() == Run.Kind.CHECKED));
  }

  private Block read(long offset, ByteBuffer buffer, boolean isChecked) throws IOException {
    try {
      content.read(offset, buffer);
      buffer.flip();
      return new Block(isChecked ? checked(offset, buffer) : split(offset, buffer), buffer);
    } catch (IOException | RuntimeException | Error e) {
      pool.give(buffer);
      throw e;
    }
  }

  private static List<Piece> checked(long offset, ByteBuffer buffer) {
    return List.of(new Piece.Checked(offset, buffer.slice()));
  }

  private List<Piece> split(long offset, ByteBuffer buffer) {
    return content instanceof TaggedContent tagged
        ? tagged.split(offset, buffer)
        : ZeroFinder.split(offset, buffer);
  }

  private ByteBuffer takeBuffer() throws IOException {
    try {
      return pool.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted while reading").initCause(e);
    }
  }

  private static Block result(Future<Block> read) throws IOException {
    try {
      return read.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted while reading").initCause(e);
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case IOException io -> throw io;
        case RuntimeException r -> throw r;
        case Error error -> throw error;
        case null, default -> throw new IOException(e.getCause());
      }
    }
  }

  /** Waits for the reads that are under way, so that the source can be closed. */
  @Override
  public void close() {
    for (Future<Block> read : ahead) {
      try {
        Block block = read.get();
        if (block.buffer() != null) {
          pool.give(block.buffer());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (ExecutionException e) {
        // The first failure was told by next(); what was read ahead of it no longer matters.
      }
    }
    ahead.clear();
  }
}
