package dozo.format.splice;

import dozo.format.disk.Extent;
import dozo.format.map.ExtentCursor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The content of a base, read some chunks at a time. The last batches are kept, because the end of
 * a kept range is looked at before it is cut.
 */
final class BaseBytes {

  private static final int BATCH_BYTES = 128 << 10;
  private static final int BATCHES = 4;

  private final BaseDisk base;
  private final Batch[] batches = new Batch[BATCHES];
  private int next;

  BaseBytes(BaseDisk base) {
    this.base = base;
    Arrays.fill(batches, new Batch(List.of(), new byte[0]));
  }

  /**
   * Neighbouring extents and what they hold: one hole, or chunks.
   *
   * @param extents in the order of the disk, without a gap
   * @param bytes what the chunks hold; empty for a hole
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, and as short-lived as its owner.
  record Batch(List<Extent> extents, byte[] bytes) {

    long start() {
      return extents.getFirst().offset();
    }

    long end() {
      return extents.getLast().end();
    }

    boolean isHole() {
      return extents.getFirst().isHole();
    }

    private boolean covers(long offset) {
      return !extents.isEmpty() && offset >= start() && offset < end();
    }
  }

  /**
   * Returns a batch that covers an offset of the disk.
   *
   * @param wanted up to where the caller wants bytes, if they are not there yet. The batch may end
   *     before, and ends behind only with the chunk that covers the last of them
   */
  Batch at(long offset, long wanted) throws IOException {
    for (Batch batch : batches) {
      if (batch.covers(offset)) {
        return batch;
      }
    }
    Batch batch = load(offset, Math.min(wanted, offset + BATCH_BYTES));
    batches[next] = batch;
    next = (next + 1) % BATCHES;
    return batch;
  }

  private Batch load(long offset, long wanted) throws IOException {
    ExtentCursor extents = base.map().extents(offset);
    Extent extent = extents.next().orElseThrow();
    if (extent.isHole()) {
      return new Batch(List.of(extent), new byte[0]);
    }
    List<Extent> chunks = new ArrayList<>();
    chunks.add(extent);
    while (chunks.getLast().end() < wanted) {
      Optional<Extent> following = extents.next();
      if (following.isEmpty() || following.get().isHole()) {
        break;
      }
      chunks.add(following.get());
    }
    long first = chunks.getFirst().offset();
    byte[] bytes = new byte[Math.toIntExact(chunks.getLast().end() - first)];
    base.fetch(
        chunks,
        (index, plain) -> {
          Extent chunk = chunks.get(index);
          ByteBuffer source = plain.slice();
          if (source.remaining() != chunk.lengthBytes()) {
            throw new IllegalStateException(
                "Of chunk " + chunk.id() + " came " + source.remaining() + " bytes");
          }
          source.get(bytes, Math.toIntExact(chunk.offset() - first), source.remaining());
        });
    return new Batch(chunks, bytes);
  }

  /**
   * Whether a whole block reads as zeros.
   *
   * @param wanted up to where the caller will want bytes
   */
  boolean isZero(long from, int length, long wanted) throws IOException {
    long at = from;
    while (at < from + length) {
      Batch batch = at(at, wanted);
      long end = Math.min(batch.end(), from + length);
      if (!batch.isHole()) {
        for (int i = (int) (at - batch.start()); i < end - batch.start(); i++) {
          if (batch.bytes()[i] != 0) {
            return false;
          }
        }
      }
      at = end;
    }
    return true;
  }
}
