package dozo.bench.link;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A link with a delay and a rate, in a process: what comes in at one end goes out to a server at
 * the other, later and no faster. For machines whose kernel cannot delay packets. It shows what a
 * protocol's round trips and windows cost, but not what TCP makes of losses and small buffers.
 *
 * <pre>
 * java DistantLink.java DELAY_MS BYTES_A_SECOND SERVER_PORT COUNTER
 * </pre>
 *
 * <p>It listens on a free loopback port, prints that, and ends with its standard input. Whenever a
 * connection has ended, the file COUNTER tells how many bytes went to the server until then. All
 * connections share the rate of each direction.
 */
@SuppressWarnings("SystemOut")
public final class DistantLink implements AutoCloseable {

  private static final int PIECE_BYTES = 32 << 10;

  /**
   * So much more than the link holds may wait before and behind it, as in the queue of any router.
   * A link that waited for this process to be scheduled before it took the next bytes would be
   * slower than it says.
   */
  private static final int QUEUE_BYTES = 4 << 20;

  private final ServerSocket listener;
  private final InetSocketAddress server;
  private final Path counter;
  private final Direction there;
  private final Direction back;
  private final Thread accepting;

  /** Each connection's thread, and the sockets that end it when they are closed. */
  private final Map<Thread, List<Socket>> connections = new ConcurrentHashMap<>();

  /**
   * Begins to listen.
   *
   * @param delayMillis how long a byte is under way, in either direction
   * @param bytesPerSecond the rate of either direction
   * @param counter the file to count in
   */
  public DistantLink(int delayMillis, long bytesPerSecond, int serverPort, Path counter)
      throws IOException {
    this.server = new InetSocketAddress(InetAddress.getLoopbackAddress(), serverPort);
    this.counter = counter;
    this.there = new Direction(delayMillis, bytesPerSecond);
    this.back = new Direction(delayMillis, bytesPerSecond);
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.accepting = daemon("accept", this::accept);
  }

  /** Where clients find the server. */
  public int port() {
    return listener.getLocalPort();
  }

  private static Thread daemon(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        Socket near = listener.accept();
        Socket far = new Socket();
        Thread connection = new Thread(() -> connect(near, far), "connection");
        connection.setDaemon(true);
        connections.put(connection, List.of(near, far));
        connection.start();
      } catch (IOException e) {
        return; // The listener was closed.
      }
    }
  }

  private void connect(Socket near, Socket far) {
    try (near;
        far) {
      far.connect(server);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      Thread answers = daemon("answers", () -> back.carry(far, near));
      there.carry(near, far);
      answers.join();
    } catch (IOException e) {
      System.err.println("A connection was not made: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      count();
      connections.remove(Thread.currentThread());
    }
  }

  private synchronized void count() {
    try {
      Files.writeString(counter, there.carriedBytes.get() + "\n");
    } catch (IOException e) {
      System.err.println("The bytes cannot be counted in " + counter + ": " + e.getMessage());
    }
  }

  /** Ends all connections; the bytes have been counted when it returns. */
  @Override
  public void close() throws IOException {
    listener.close();
    try {
      accepting.join();
      for (Map.Entry<Thread, List<Socket>> connection : connections.entrySet()) {
        for (Socket socket : connection.getValue()) {
          socket.close();
        }
        connection.getKey().join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** One direction of the link, which all connections share. */
  private static final class Direction {

    private final long delayNanos;
    private final long bytesPerSecond;
    private final int underWayBytes;
    private final AtomicLong carriedBytes = new AtomicLong();
    private long freeNanos = System.nanoTime();

    Direction(int delayMillis, long bytesPerSecond) {
      this.delayNanos = TimeUnit.MILLISECONDS.toNanos(delayMillis);
      this.bytesPerSecond = bytesPerSecond;
      this.underWayBytes = Math.toIntExact(bytesPerSecond * delayMillis / 1_000 + QUEUE_BYTES);
    }

    /** A piece that is under way; an empty one is the end. */
    static final class Piece {

      private final byte[] bytes;
      private final long dueNanos;

      Piece(byte[] bytes, long dueNanos) {
        this.bytes = bytes;
        this.dueNanos = dueNanos;
      }
    }

    /** Carries from one socket to another until the first ends. */
    void carry(Socket from, Socket to) {
      BlockingQueue<Piece> underWay = new LinkedBlockingQueue<>();
      Semaphore room = new Semaphore(underWayBytes);
      Thread out = daemon("out", () -> deliver(underWay, room, to));
      byte[] buffer = new byte[PIECE_BYTES];
      try {
        InputStream in = from.getInputStream();
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          room.acquire(read);
          underWay.add(new Piece(Arrays.copyOf(buffer, read), send(read) + delayNanos));
        }
      } catch (IOException e) {
        // As good as an end: the other side learns of it.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      underWay.add(new Piece(new byte[0], System.nanoTime() + delayNanos));
      try {
        out.join();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /**
     * Takes the link for so many bytes, behind those that came before; says when the last is on it.
     */
    private synchronized long send(int bytes) {
      carriedBytes.addAndGet(bytes);
      freeNanos =
          Math.max(freeNanos, System.nanoTime()) + TimeUnit.SECONDS.toNanos(bytes) / bytesPerSecond;
      return freeNanos;
    }

    private static void deliver(BlockingQueue<Piece> underWay, Semaphore room, Socket to) {
      boolean isOpen = true;
      try {
        OutputStream out = to.getOutputStream();
        for (Piece piece = underWay.take(); piece.bytes.length > 0; piece = underWay.take()) {
          awaitNanos(piece.dueNanos);
          room.release(piece.bytes.length);
          if (isOpen) {
            isOpen = wrote(out, piece.bytes);
          }
        }
        to.shutdownOutput();
      } catch (IOException e) {
        // The receiver has gone.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** What comes after the receiver has gone is taken and dropped, as on any link. */
    private static boolean wrote(OutputStream out, byte[] bytes) {
      try {
        out.write(bytes);
        return true;
      } catch (IOException e) {
        return false;
      }
    }

    private static void awaitNanos(long due) {
      long left = due - System.nanoTime();
      while (left > 0) {
        LockSupport.parkNanos(left);
        left = due - System.nanoTime();
      }
    }
  }

  /** Runs until the standard input ends. */
  public static void main(String[] arguments) throws IOException {
    if (arguments.length != 4) {
      System.err.println("usage: DistantLink DELAY_MS BYTES_A_SECOND SERVER_PORT COUNTER");
      System.exit(64);
    }
    try (DistantLink link =
        new DistantLink(
            Integer.parseInt(arguments[0]),
            Long.parseLong(arguments[1]),
            Integer.parseInt(arguments[2]),
            Path.of(arguments[3]))) {
      System.out.println(link.port());
      while (System.in.read() >= 0) {
        // Whoever started it ends it so.
      }
    }
  }
}
