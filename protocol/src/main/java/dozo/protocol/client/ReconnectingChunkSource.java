package dozo.protocol.client;

import dozo.format.ConnectionLostException;
import dozo.format.RemoteException;
import dozo.format.disk.ChunkConsumer;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A disk that is opened again on each new connection of its link. A restore point never changes, so
 * a read that was interrupted simply goes on where it stopped.
 */
final class ReconnectingChunkSource implements ChunkSource {

  /** Opens the disk on a connection. */
  @FunctionalInterface
  interface Opener {
    ChunkSource open(DozoConnection connection) throws IOException;
  }

  @FunctionalInterface
  private interface Read<T> {
    T on(ChunkSource source) throws IOException;
  }

  private final ServerLink link;
  private final Opener opener;
  private final ReentrantLock lock = new ReentrantLock();
  private DozoConnection openedOn;
  private ChunkSource opened;
  private final long sizeBytes;
  private final long dataBytes;

  private ReconnectingChunkSource(
      ServerLink link, Opener opener, DozoConnection openedOn, ChunkSource opened) {
    this.link = link;
    this.opener = opener;
    this.openedOn = openedOn;
    this.opened = opened;
    this.sizeBytes = opened.sizeBytes();
    this.dataBytes = opened.dataBytes();
  }

  static ReconnectingChunkSource open(ServerLink link, Opener opener) throws IOException {
    DozoConnection connection = link.connection();
    return new ReconnectingChunkSource(link, opener, connection, opener.open(connection));
  }

  /** The disk on the link's live connection. */
  private ChunkSource source() throws IOException {
    DozoConnection connection = link.connection();
    lock.lock();
    try {
      if (connection != openedOn) {
        ChunkSource reopened = opener.open(connection);
        opened.close();
        opened = reopened;
        openedOn = connection;
      }
      return opened;
    } finally {
      lock.unlock();
    }
  }

  /** Reads, over as many connections as it takes within the link's patience. */
  private <T> T retry(Read<T> read) throws IOException {
    long deadline = System.nanoTime() + link.patience().toNanos();
    while (true) {
      IOException failure;
      try {
        return read.on(source());
      } catch (ConnectionLostException e) {
        failure = e;
      } catch (RemoteException e) {
        if (!e.retry()) {
          throw e;
        }
        failure = e;
      }
      if (System.nanoTime() - deadline >= 0) {
        throw failure;
      }
      link.pause();
    }
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public long dataBytes() {
    return dataBytes;
  }

  @Override
  public List<Extent> extents(long offset, int maximum) throws IOException {
    return retry(source -> source.extents(offset, maximum));
  }

  @Override
  public void fetch(List<Extent> chunks, ChunkConsumer consumer) throws IOException {
    AtomicIntegerArray brought = new AtomicIntegerArray(chunks.size());
    retry(source -> {
      List<Integer> places = new ArrayList<>(chunks.size());
      List<Extent> missing = new ArrayList<>(chunks.size());
      for (int place = 0; place < chunks.size(); place++) {
        if (brought.get(place) == 0) {
          places.add(place);
          missing.add(chunks.get(place));
        }
      }
      if (!missing.isEmpty()) {
        source.fetch(
            missing,
            (index, plain) -> {
              int place = places.get(index);
              consumer.accept(place, plain);
              brought.set(place, 1);
            });
      }
      return missing;
    });
  }

  @Override
  public BitSet presence(int blockBytes, long firstBlock, int count) throws IOException {
    return retry(source -> source.presence(blockBytes, firstBlock, count));
  }

  @Override
  public void close() {
    lock.lock();
    try {
      opened.close();
    } finally {
      lock.unlock();
    }
  }
}
