package dozo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A bad network in front of a server: it passes on what clients send until a number of bytes has
 * gone by, and then cuts the connection, or lets nothing through any more.
 */
final class CuttingProxy implements AutoCloseable {

  private static final int BUFFER_BYTES = 64 << 10;

  private final ServerSocket listening;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong allowance = new AtomicLong(Long.MAX_VALUE);
  private final AtomicLong fromClients = new AtomicLong();
  private final Semaphore stalled = new Semaphore(0);
  private final CountDownLatch goesOn = new CountDownLatch(1);
  private final boolean stalls;
  private final boolean countsAnswers;
  private volatile Runnable beforeCut = () -> {};
  private volatile long bytesASecond = Long.MAX_VALUE;

  private CuttingProxy(int target, boolean stalls, boolean countsAnswers) throws IOException {
    this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    this.stalls = stalls;
    this.countsAnswers = countsAnswers;
    Thread.ofVirtual().start(this::accept);
  }

  /** Cuts a connection after so many bytes from the client; later connections are not cut. */
  static CuttingProxy cuttingAfter(int target, long bytes) throws IOException {
    CuttingProxy proxy = new CuttingProxy(target, false, false);
    proxy.allowance.set(bytes);
    return proxy;
  }

  /** As {@link #cuttingAfter(int, long)}, doing something right before it cuts. */
  static CuttingProxy cuttingAfter(int target, long bytes, Runnable beforeCut) throws IOException {
    CuttingProxy proxy = cuttingAfter(target, bytes);
    proxy.beforeCut = beforeCut;
    return proxy;
  }

  /**
   * Lets so many bytes from clients through and then none, with the connection open; later
   * connections do not stall.
   */
  static CuttingProxy stallingAfter(int target, long bytes) throws IOException {
    CuttingProxy proxy = new CuttingProxy(target, true, false);
    proxy.allowance.set(bytes);
    return proxy;
  }

  /**
   * Lets so many bytes from the server through and then none, with the connection open; later
   * connections do not stall.
   */
  static CuttingProxy stallingAnswersAfter(int target, long bytes) throws IOException {
    CuttingProxy proxy = new CuttingProxy(target, true, true);
    proxy.allowance.set(bytes);
    return proxy;
  }

  /** Lets everything through, so many bytes of clients a second. */
  static CuttingProxy slow(int target, long bytesASecond) throws IOException {
    CuttingProxy proxy = new CuttingProxy(target, false, false);
    proxy.bytesASecond = bytesASecond;
    return proxy;
  }

  int port() {
    return listening.getLocalPort();
  }

  /** How many connections there have been. */
  int connections() {
    return connections.get();
  }

  /** How many bytes of clients have gone by. */
  long bytesFromClients() {
    return fromClients.get();
  }

  /** Waits until the bytes have gone by. */
  void awaitStall() throws InterruptedException {
    stalled.acquire();
  }

  /** Lets everything through again. */
  void goOn() {
    goesOn.countDown();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        connections.incrementAndGet();
        sockets.add(client);
        connect(client);
      }
    } catch (IOException e) {
      // Closed, which is how it ends.
    }
  }

  private void connect(Socket client) throws IOException {
    try {
      Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(server);
      Thread.ofVirtual().start(() -> pass(client, server, true));
      Thread.ofVirtual().start(() -> pass(server, client, false));
    } catch (IOException e) {
      // The server is away, and so are we for this client.
      client.close();
    }
  }

  private void pass(Socket from, Socket to, boolean isFromClient) {
    boolean counted = isFromClient != countsAnswers;
    byte[] buffer = new byte[BUFFER_BYTES];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count > 0; count = in.read(buffer)) {
        out.write(buffer, 0, count);
        fromClients.addAndGet(isFromClient ? count : 0);
        if (isFromClient) {
          LockSupport.parkNanos(count * 1_000_000_000L / bytesASecond);
        }
        if (counted && allowance.addAndGet(-count) < 0) {
          allowance.set(Long.MAX_VALUE);
          if (stalls) {
            stalled.release();
            goesOn.await();
            continue;
          }
          beforeCut.run();
          return;
        }
      }
    } catch (IOException | InterruptedException e) {
      // One side is gone, and with it the other.
    }
  }

  /** Cuts everything, for good. */
  void shutDown() throws IOException {
    goOn();
    listening.close();
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  @Override
  public void close() throws IOException {
    shutDown();
  }
}
