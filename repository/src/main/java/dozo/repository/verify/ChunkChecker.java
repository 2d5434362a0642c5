package dozo.repository.verify;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.DozoException;
import dozo.format.key.DomainKeys;
import dozo.format.map.MapNode;
import dozo.format.pack.ContentKind;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.read.ChunkFetcher;
import dozo.repository.read.WantedChunk;
import java.io.IOException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Checks chunks and map nodes of one dedup domain, and remembers which nodes were found sound with
 * all that is below them. For one thread at a time; it has the work done on several.
 */
final class ChunkChecker {

  private final ChunkFetcher fetcher;
  private final DomainKeys keys;
  private final Places places;
  private final Set<ChunkId> soundNodes = new HashSet<>();
  private long nodes;
  private long chunks;
  private long bytes;

  /** Makes a checker that has found nothing yet. */
  ChunkChecker(ChunkFetcher fetcher, DomainKeys keys, Places places) {
    this.fetcher = fetcher;
    this.keys = keys;
    this.places = places;
  }

  /** Hears where the chunks are that a map needs. */
  interface Places {

    /** A chunk is needed: if anything is known against the copy of it, that is not to be found. */
    void distrust(ChunkId id);

    /** A chunk that is needed lies in a segment. */
    void found(ChunkLocation segment);
  }

  long nodes() {
    return nodes;
  }

  long chunks() {
    return chunks;
  }

  long bytes() {
    return bytes;
  }

  /** Whether a node and everything below it was found sound. */
  boolean isSound(ChunkId node) {
    return soundNodes.contains(node);
  }

  /** Notes that a node and everything below it is sound. */
  void sound(ChunkId node) {
    soundNodes.add(node);
  }

  /**
   * Reads nodes from the packs, not from any cache.
   *
   * @param reasons gets the reason for each that cannot be read
   * @return those that can, by their index
   */
  Map<Integer, MapNode> nodes(
      List<WantedChunk> wanted, String neededBy, Map<Integer, String> reasons) throws IOException {
    Map<Integer, byte[]> contents = new ConcurrentHashMap<>();
    Map<WantedChunk, IOException> failures =
        fetcher.tryFetch(
            ContentKind.MAP_NODES,
            wanted,
            (chunk, segment, place) -> {
              int from = segment.offset(place);
              contents.put(
                  chunk.index(),
                  Arrays.copyOfRange(segment.plain(), from, from + segment.length(place)));
            },
            neededBy);
    failures.forEach((chunk, e) -> reasons.put(chunk.index(), String.valueOf(e.getMessage())));
    ChunkHasher hasher = keys.nodeHasher();
    Map<Integer, MapNode> read = new HashMap<>();
    for (WantedChunk chunk : wanted) {
      byte[] content = contents.get(chunk.index());
      if (content != null) {
        nodes++;
        if (hasher.id(content).equals(chunk.id())) {
          decode(chunk, content, read, reasons);
        } else {
          reasons.put(chunk.index(), "Map node " + chunk.id() + " is not what its id says");
        }
      }
    }
    return read;
  }

  private static void decode(
      WantedChunk chunk, byte[] content, Map<Integer, MapNode> read, Map<Integer, String> reasons) {
    try {
      read.put(chunk.index(), MapNode.decode(chunk.id(), content));
    } catch (DozoException e) {
      reasons.put(chunk.index(), String.valueOf(e.getMessage()));
    }
  }

  /**
   * Checks that chunks are where they can be had; returns the reason for each that is not, by its
   * index.
   */
  Map<Integer, String> chunks(Collection<WantedChunk> wanted, String neededBy) {
    wanted.forEach(chunk -> places.distrust(chunk.id()));
    Map<Integer, String> reasons = new HashMap<>();
    fetcher
        .tryLocate(ContentKind.DATA, wanted, places::found, neededBy)
        .forEach((chunk, e) -> reasons.put(chunk.index(), String.valueOf(e.getMessage())));
    chunks += wanted.size();
    wanted.forEach(chunk -> bytes += chunk.lengthBytes());
    return reasons;
  }
}
