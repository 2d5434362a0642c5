package dozo.mount.read;

import dozo.format.ChunkId;
import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * The chunks that one thread has to load for everyone who waits for them.
 *
 * <p>Filled and run by one thread; the source may bring the chunks on others.
 */
final class ChunkLoad {
  /** How many chunks a source takes at a time. */
  private static final int MAX_FETCH = 1024;

  private record Claim(Extent chunk, Flight<byte[]> flight) {}

  private final ChunkSource source;
  private final Flights<ChunkId, byte[]> flights;
  private final BiConsumer<ChunkId, byte[]> keep;
  private final List<Claim> claims = new ArrayList<>();

  /**
   * Begins with nothing to load.
   *
   * @param keep puts a chunk where later readers find it
   */
  ChunkLoad(
      ChunkSource source, Flights<ChunkId, byte[]> flights, BiConsumer<ChunkId, byte[]> keep) {
    this.source = source;
    this.flights = flights;
    this.keep = keep;
  }

  void add(Extent chunk, Flight<byte[]> flight) {
    claims.add(new Claim(chunk, flight));
  }

  /** Lands or fails every flight that was added. */
  void run() {
    for (int from = 0; from < claims.size(); from += MAX_FETCH) {
      fetch(claims.subList(from, Math.min(claims.size(), from + MAX_FETCH)));
    }
  }

  private void fetch(List<Claim> part) {
    try {
      List<Extent> chunks = new ArrayList<>(part.size());
      part.forEach(claim -> chunks.add(claim.chunk()));
      source.fetch(chunks, (index, plain) -> accept(part.get(index), plain));
      List<Claim> pending = pending(part);
      if (!pending.isEmpty()) {
        fail(pending, new IllegalStateException("the source did not bring the chunk"));
      }
    } catch (DozoException e) {
      // One chunk is bad. The others are asked for alone, so that it does not take them along.
      List<Claim> pending = pending(part);
      if (pending.size() == 1) {
        fail(pending, e);
      } else {
        pending.forEach(claim -> fetch(List.of(claim)));
      }
    } catch (Throwable e) {
      fail(pending(part), e);
    }
  }

  private void accept(Claim claim, ByteBuffer plain) {
    Extent chunk = claim.chunk();
    if (plain.remaining() != chunk.lengthBytes()) {
      flights.fail(
          chunk.id(),
          claim.flight(),
          new CorruptDataException(
              Fault.of("A chunk has another length than the map says")
                  .in("chunk " + chunk.id())
                  .expected(chunk.lengthBytes())
                  .actual(plain.remaining())));
      return;
    }
    byte[] bytes = new byte[plain.remaining()];
    plain.get(bytes);
    keep.accept(chunk.id(), bytes);
    flights.land(chunk.id(), claim.flight(), bytes);
  }

  private static List<Claim> pending(List<Claim> part) {
    List<Claim> pending = new ArrayList<>();
    for (Claim claim : part) {
      if (!claim.flight().isDone()) {
        pending.add(claim);
      }
    }
    return pending;
  }

  private void fail(List<Claim> pending, Throwable failure) {
    for (Claim claim : pending) {
      flights.fail(claim.chunk().id(), claim.flight(), failure);
    }
  }
}
