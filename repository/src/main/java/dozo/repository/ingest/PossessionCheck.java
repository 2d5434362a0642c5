package dozo.repository.ingest;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.disk.Extent;
import dozo.format.key.DomainKeys;
import dozo.format.pack.ContentKind;
import dozo.format.seal.SegmentView;
import dozo.repository.read.ChunkFetcher;
import dozo.repository.read.WantedChunk;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Checks whether a client holds chunks that are stored: reads them, and computes from their bytes
 * what the client must have computed. Their ids are computed as well, since only the bytes can tell
 * whether a chunk belongs to the session's dedup domain.
 */
final class PossessionCheck {

  private final ChunkFetcher fetcher;
  private final DomainKeys keys;
  private final SourceTerms terms;

  /** What several threads compute with, each with its own. */
  private final Queue<Hashers> idle = new ConcurrentLinkedQueue<>();

  private record Hashers(ChunkHasher ids, ChunkHasher proofs) {}

  PossessionCheck(ChunkFetcher fetcher, DomainKeys keys, SourceTerms terms) {
    this.fetcher = fetcher;
    this.keys = keys;
    this.terms = terms;
  }

  /**
   * Checks proofs.
   *
   * @param chunks what is to be proved
   * @param proofs what the client says, one for each
   * @return whether all of them are right
   * @throws IOException if a chunk cannot be read
   */
  boolean holds(List<Extent> chunks, List<ChunkId> proofs) throws IOException {
    List<WantedChunk> wanted = new ArrayList<>(chunks.size());
    for (Extent chunk : chunks) {
      wanted.add(new WantedChunk(wanted.size(), chunk.id(), -1, chunk.offset()));
    }
    AtomicInteger right = new AtomicInteger();
    fetcher.fetch(
        ContentKind.DATA,
        wanted,
        (chunk, segment, place) -> {
          Extent extent = chunks.get(chunk.index());
          if (isRight(extent, proofs.get(chunk.index()), segment, place)) {
            right.incrementAndGet();
          }
        },
        "a session that has to prove it");
    return right.get() == chunks.size();
  }

  private boolean isRight(Extent chunk, ChunkId proof, SegmentView segment, int place) {
    int length = segment.length(place);
    if (length != chunk.lengthBytes()) {
      return false;
    }
    Hashers used = idle.poll();
    Hashers hashers = used == null ? new Hashers(keys.chunkHasher(), terms.proofs()) : used;
    byte[] plain = segment.plain();
    int offset = segment.offset(place);
    boolean right =
        hashers.proofs.id(plain, offset, length).equals(proof)
            && hashers.ids.id(plain, offset, length).equals(chunk.id());
    idle.add(hashers);
    return right;
  }
}
