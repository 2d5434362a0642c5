package dozo.protocol.client;

import dozo.format.ConnectionLostException;
import dozo.format.RemoteException;
import dozo.format.disk.ChunkSource;
import dozo.format.manifest.RestorePointId;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A connection that comes back. Whoever reads through it waits while the server restarts and then
 * goes on; only when the server stays away for longer than one is willing to wait does a read fail.
 *
 * <p>Safe for use by several threads: one of them connects anew while the others wait for it.
 */
public final class ServerLink implements AutoCloseable {

  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

  private final ConnectionSettings settings;
  private final Duration patience;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition closing = lock.newCondition();
  private DozoConnection current;
  private boolean closed;

  private ServerLink(ConnectionSettings settings, Duration patience, DozoConnection current) {
    this.settings = settings;
    this.patience = patience;
    this.current = current;
  }

  /**
   * Connects for the first time, without waiting for a server that is not there.
   *
   * @param patience how long a server may stay away later
   * @throws IOException as {@link DozoConnection#connect}
   */
  public static ServerLink open(ConnectionSettings settings, Duration patience) throws IOException {
    return new ServerLink(settings, patience, DozoConnection.connect(settings));
  }

  /**
   * The live connection. If it is lost, connects anew and waits for the server if need be.
   *
   * @throws ConnectionLostException if the server stayed away for too long
   * @throws IOException at once, if the server is there and does not let us in
   */
  public DozoConnection connection() throws IOException {
    lock.lock();
    try {
      if (closed) {
        throw Faults.lost(settings.address(), "The connection was closed by us");
      }
      if (current.lost().isPresent()) {
        current.close();
        current = reconnect();
      }
      return current;
    } finally {
      lock.unlock();
    }
  }

  private DozoConnection reconnect() throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    Duration pause = FIRST_PAUSE;
    while (true) {
      IOException failure;
      try {
        return DozoConnection.connect(settings);
      } catch (ConnectionLostException e) {
        failure = e;
      } catch (RemoteException e) {
        if (!e.retry()) {
          throw e;
        }
        failure = e;
      }
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        throw failure;
      }
      pause(Math.min(left, pause.toNanos()));
      Duration longer = pause.multipliedBy(2);
      pause = longer.compareTo(LONGEST_PAUSE) < 0 ? longer : LONGEST_PAUSE;
    }
  }

  /** How long a server may stay away. */
  Duration patience() {
    return patience;
  }

  /** Waits a moment before something is tried again. */
  void pause() throws IOException {
    lock.lock();
    try {
      pause(FIRST_PAUSE.toNanos());
    } finally {
      lock.unlock();
    }
  }

  private void pause(long nanos) throws IOException {
    try {
      long left = nanos;
      while (left > 0 && !closed) {
        left = closing.awaitNanos(left);
      }
    } catch (InterruptedException e) {
      throw Answer.interrupted();
    }
    if (closed) {
      throw Faults.lost(settings.address(), "The connection was closed by us");
    }
  }

  /**
   * Opens a disk that outlives connections: its reads wait for the server to come back.
   *
   * @throws dozo.format.NotFoundException if there is none of that name that our token may read
   */
  public ChunkSource openDisk(RestorePointId restorePoint, String disk) throws IOException {
    return ReconnectingChunkSource.open(
        this, connection -> connection.openDisk(restorePoint, disk));
  }

  /**
   * Opens a configuration file that outlives connections.
   *
   * @throws dozo.format.NotFoundException if there is none of that name that our token may read
   */
  public ChunkSource openFile(RestorePointId restorePoint, String file) throws IOException {
    return ReconnectingChunkSource.open(
        this, connection -> connection.openFile(restorePoint, file));
  }

  /** Closes the connection. Whoever waits for the server is told so. */
  @Override
  public void close() {
    lock.lock();
    try {
      closed = true;
      closing.signalAll();
      current.close();
    } finally {
      lock.unlock();
    }
  }
}
