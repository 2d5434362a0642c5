package dozo.repository.read;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.key.DomainKeys;
import dozo.format.pack.ContentKind;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Proves that chunks are what their ids say, under the keys of some dedup domains. For one thread
 * at a time.
 */
public final class IdProver {

  private final List<Domain> domains = new ArrayList<>();

  /** The domain whose key fitted last, which is most often the next one's too. */
  private int last;

  private record Domain(ChunkHasher chunks, ChunkHasher nodes) {

    ChunkHasher hasher(ContentKind kind) {
      return switch (kind) {
        case DATA -> chunks;
        case MAP_NODES -> nodes;
      };
    }
  }

  /** Makes a prover that knows the id keys of some dedup domains. */
  public IdProver(Collection<DomainKeys> keys) {
    keys.forEach(each -> domains.add(new Domain(each.chunkHasher(), each.nodeHasher())));
  }

  /** Whether a known domain's key gives the id for the bytes. */
  public boolean isProven(ContentKind kind, ChunkId id, byte[] bytes, int offset, int length) {
    for (int i = 0; i < domains.size(); i++) {
      int domain = (last + i) % domains.size();
      if (domains.get(domain).hasher(kind).id(bytes, offset, length).equals(id)) {
        last = domain;
        return true;
      }
    }
    return false;
  }
}
