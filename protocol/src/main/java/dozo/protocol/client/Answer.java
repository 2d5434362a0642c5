package dozo.protocol.client;

import dozo.format.ConnectionLostException;
import dozo.format.Fault;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waiting, on a caller's thread, for what an event loop will bring. */
final class Answer {

  private Answer() {}

  /**
   * Waits for as long as the connection lives.
   *
   * @throws IOException what the future failed with
   */
  static <T> T await(CompletableFuture<T> future) throws IOException {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      throw unwrap(e);
    }
  }

  /**
   * Waits for some time.
   *
   * @param what is waited for, for the message
   * @throws IOException what the future failed with
   * @throws ConnectionLostException if nothing came in time
   */
  static <T> T await(CompletableFuture<T> future, Duration timeout, String what)
      throws IOException {
    try {
      return future.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted();
    } catch (ExecutionException e) {
      throw unwrap(e);
    } catch (TimeoutException e) {
      throw silence(timeout, what);
    }
  }

  static ConnectionLostException silence(Duration timeout, String what) {
    return new ConnectionLostException(
        Fault.of("The server did not answer within " + timeout.toSeconds() + " s").in(what));
  }

  static InterruptedIOException interrupted() {
    Thread.currentThread().interrupt();
    return new InterruptedIOException("Interrupted while waiting for the server");
  }

  private static IOException unwrap(ExecutionException failed) {
    return failed.getCause() instanceof IOException io ? io : new IOException(failed.getCause());
  }
}
