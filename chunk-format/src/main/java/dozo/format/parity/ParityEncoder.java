package dozo.format.parity;

import dozo.format.Crc32c;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/**
 * Computes parity over bytes as they go by, in pieces of any length. Needs as much memory as the
 * parity itself, and 1 MiB more.
 *
 * <p>Confined to one thread at a time.
 */
public final class ParityEncoder {

  private final int percent;
  private final int stripeShards;
  private final long[][] sums = new long[ParityLayout.GROUPS][ParityLayout.SHARD_BYTES];
  private final byte[] partial = new byte[ParityLayout.SHARD_BYTES];
  private final List<byte[]> parity = new ArrayList<>();
  private int[] crcs = new int[1_024];
  private int partialBytes;
  private int shards;
  private long length;
  private boolean finished;

  /**
   * Begins a stream.
   *
   * @param percent how much parity, 1 to {@value ParityLayout#MAXIMUM_PERCENT}
   */
  public ParityEncoder(int percent) {
    ParityLayout.checkPercent(percent);
    this.percent = percent;
    this.stripeShards = ParityLayout.GROUPS * ParityLayout.fullRows(percent);
  }

  /** How much parity, in percent. */
  public int percent() {
    return percent;
  }

  /** How many bytes there have been. */
  public long lengthBytes() {
    return length;
  }

  /**
   * Takes further bytes of the stream.
   *
   * @throws IllegalStateException if the stream has ended
   */
  public void add(byte[] bytes, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, bytes.length);
    requireUnfinished();
    length += count;
    int from = offset;
    int end = offset + count;
    if (partialBytes > 0) {
      from += fill(bytes, from, end);
      if (partialBytes < partial.length) {
        return;
      }
      addShard(partial, 0, partial.length);
      partialBytes = 0;
    }
    while (end - from >= ParityLayout.SHARD_BYTES) {
      addShard(bytes, from, ParityLayout.SHARD_BYTES);
      from += ParityLayout.SHARD_BYTES;
    }
    fill(bytes, from, end);
  }

  /**
   * Ends the stream.
   *
   * @throws IllegalStateException if it has ended, or there were no bytes
   */
  public Parity finish() {
    requireUnfinished();
    ParityLayout layout = layout();
    finished = true;
    if (partialBytes > 0) {
      Arrays.fill(partial, partialBytes, partial.length, (byte) 0);
      addShard(partial, 0, partial.length);
    }
    if (shards % stripeShards != 0) {
      endStripe();
    }
    return new Parity(layout, Arrays.copyOf(crcs, shards), parity);
  }

  /**
   * The layout if the stream ended now.
   *
   * @throws IllegalStateException if there were no bytes
   */
  public ParityLayout layout() {
    if (length == 0) {
      throw new IllegalStateException("There is nothing to protect");
    }
    return new ParityLayout(percent, length);
  }

  private int fill(byte[] bytes, int from, int end) {
    int step = Math.min(end - from, partial.length - partialBytes);
    System.arraycopy(bytes, from, partial, partialBytes, step);
    partialBytes += step;
    return step;
  }

  private void addShard(byte[] bytes, int offset, int count) {
    if (shards == crcs.length) {
      crcs = Arrays.copyOf(crcs, 2 * shards);
    }
    crcs[shards] = Crc32c.of(bytes, offset, count);
    int inStripe = shards % stripeShards;
    int group = inStripe % ParityLayout.GROUPS;
    CauchyCode.add(sums[group], inStripe / ParityLayout.GROUPS, bytes, offset, count);
    shards++;
    if (inStripe + 1 == stripeShards) {
      endStripe();
    }
  }

  private void endStripe() {
    int inStripe = (shards - 1) % stripeShards + 1;
    int rows = Math.ceilDiv(inStripe, ParityLayout.GROUPS);
    int count = ParityLayout.GROUPS * ParityLayout.parityRows(percent, rows);
    for (int i = 0; i < count; i++) {
      byte[] shard = new byte[ParityLayout.SHARD_BYTES];
      int group = (inStripe + i) % ParityLayout.GROUPS;
      CauchyCode.extract(sums[group], i / ParityLayout.GROUPS, shard);
      parity.add(shard);
    }
    for (long[] sum : sums) {
      Arrays.fill(sum, 0);
    }
  }

  private void requireUnfinished() {
    if (finished) {
      throw new IllegalStateException("The stream has ended");
    }
  }
}
