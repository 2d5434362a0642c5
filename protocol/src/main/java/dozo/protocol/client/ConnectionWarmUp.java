package dozo.protocol.client;

import dozo.protocol.Fingerprint;
import dozo.protocol.ServerTrust;
import dozo.protocol.codec.CodecWarmUp;
import dozo.protocol.message.MessageType;
import dozo.protocol.transport.TlsContext;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Gets ready what a connection is going to need, while the process does something else: the first
 * use of the TLS library takes a tenth of a second, and that of the messages another one.
 */
public final class ConnectionWarmUp {

  private static final AtomicReference<@Nullable CountDownLatch> TLS = new AtomicReference<>();

  private ConnectionWarmUp() {}

  /**
   * Begins it on a thread that nobody has to wait for, once in a process.
   *
   * @param messages the control messages that will be sent and received, in their order
   */
  public static void begin(Set<MessageType> messages) {
    CountDownLatch ready = new CountDownLatch(1);
    if (TLS.compareAndSet(null, ready)) {
      Thread.ofPlatform()
          .name("dozo-connection-warm-up")
          .daemon()
          .uncaughtExceptionHandler((thread, fault) -> {}) // who connects meets it again, and tells
          .start(() -> run(ready, messages));
    }
  }

  private static void run(CountDownLatch ready, Set<MessageType> messages) {
    String nobody = "0".repeat(64);
    try {
      TlsContext.forClient(new ServerTrust.Pinned(new Fingerprint(nobody))).close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      ready.countDown();
    }
    CodecWarmUp.run(messages);
  }

  /**
   * Waits until the TLS library is ready, if that was begun: two threads do not get it there
   * sooner.
   */
  static void awaitTls() throws IOException {
    @Nullable CountDownLatch ready = TLS.get();
    if (ready != null) {
      try {
        ready.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("Interrupted before connecting");
      }
    }
  }
}
