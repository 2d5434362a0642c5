package dozo.format.key;

import dozo.format.ChunkHasher;

/**
 * The two id keys of a dedup domain. Different keys for chunks and for map nodes keep a node that
 * was backed up as data from being taken for the node.
 *
 * <p>Immutable and safe for use by several threads; each hasher it makes is for one.
 */
public final class DomainKeys {

  private final byte[] chunkIdKey;
  private final byte[] nodeIdKey;

  /** Keeps the arrays. */
  DomainKeys(byte[] chunkIdKey, byte[] nodeIdKey) {
    this.chunkIdKey = chunkIdKey;
    this.nodeIdKey = nodeIdKey;
  }

  /** Makes a hasher that names chunks. */
  public ChunkHasher chunkHasher() {
    return new ChunkHasher(chunkIdKey);
  }

  /** Makes a hasher that names map nodes. */
  public ChunkHasher nodeHasher() {
    return new ChunkHasher(nodeIdKey);
  }

  /**
   * A copy of the key of chunk ids, for a client that cuts at the source. Whoever has it can tell
   * whether given bytes have a given id, and nothing else.
   */
  public byte[] chunkIdKey() {
    return chunkIdKey.clone();
  }

  @Override
  public String toString() {
    return "id keys of a dedup domain";
  }
}
