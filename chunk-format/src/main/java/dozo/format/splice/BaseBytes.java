package dozo.format.splice;

import dozo.format.disk.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The content of a base, read some chunks at a time. The last batches are kept, because the end of
 * a kept range is looked at before it is cut.
 */
final class BaseBytes {

  private static final int BATCH_BYTES = 128 << 10;
  private static final int EXTENTS_A_BATCH = 64;
  private static final int BATCHES = 2;

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

  /** Returns a batch that covers an offset of the disk. */
  Batch at(long offset) throws IOException {
    for (Batch batch : batches) {
      if (batch.covers(offset)) {
        return batch;
      }
    }
    Batch batch = load(offset);
    batches[next] = batch;
    next = (next + 1) % BATCHES;
    return batch;
  }

  private Batch load(long offset) throws IOException {
    List<Extent> all = base.map().extents(offset, EXTENTS_A_BATCH);
    if (all.getFirst().isHole()) {
      return new Batch(List.of(all.getFirst()), new byte[0]);
    }
    List<Extent> chunks = new ArrayList<>();
    long start = offset;
    for (Extent extent : all) {
      if (extent.isHole() || (!chunks.isEmpty() && extent.end() - start > BATCH_BYTES)) {
        break;
      }
      chunks.add(extent);
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

  /** Whether a whole block, at most a batch long, reads as zeros. */
  boolean isZero(long from, int length) throws IOException {
    long at = from;
    while (at < from + length) {
      Batch batch = at(at);
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
