package dozo.repository.ingest;

import dozo.format.ChunkHasher;
import dozo.format.chunk.ChunkerParameters;

/**
 * What a client needs to deduplicate at the source.
 *
 * <p>Safe for use by several threads. Shows nothing of its keys in its text.
 */
public final class SourceTerms {

  private final byte[] idKey;
  private final byte[] nonce;
  private final ChunkerParameters chunker;

  /** Keeps the arrays. */
  SourceTerms(byte[] idKey, byte[] nonce, ChunkerParameters chunker) {
    this.idKey = idKey;
    this.nonce = nonce;
    this.chunker = chunker;
  }

  /** A copy of the chunk id key of the session's dedup domain. */
  public byte[] idKey() {
    return idKey.clone();
  }

  /** A copy of the key of the session's proofs. */
  public byte[] nonce() {
    return nonce.clone();
  }

  /** How to cut. */
  public ChunkerParameters chunker() {
    return chunker;
  }

  /** Makes a hasher that computes what proves a chunk. */
  ChunkHasher proofs() {
    return new ChunkHasher(nonce);
  }

  @Override
  public String toString() {
    return "terms of deduplication at the source, " + chunker;
  }
}
