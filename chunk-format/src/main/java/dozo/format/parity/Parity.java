package dozo.format.parity;

import java.util.List;

/**
 * The parity of a whole stream.
 *
 * <p>Immutable and safe for use by several threads.
 */
public final class Parity {

  private final ParityLayout layout;
  private final int[] crcs;
  private final List<byte[]> shards;

  /** Keeps the arrays. */
  Parity(ParityLayout layout, int[] crcs, List<byte[]> shards) {
    this.layout = layout;
    this.crcs = crcs;
    this.shards = List.copyOf(shards);
  }

  /** Which byte belongs where. */
  public ParityLayout layout() {
    return layout;
  }

  /** The CRC-32C of a shard of the stream, filled up with zeros. */
  public int crc(int shard) {
    return crcs[shard];
  }

  /** Copies a parity shard to the array from {@code offset} on. */
  public void copyShard(int parityShard, byte[] target, int offset) {
    System.arraycopy(shards.get(parityShard), 0, target, offset, ParityLayout.SHARD_BYTES);
  }
}
