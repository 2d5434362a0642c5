package dozo.mount.read;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Something that one thread is loading and any number wait for.
 *
 * @param <V> what is being loaded
 */
final class Flight<V> {
  private final CompletableFuture<V> landing = new CompletableFuture<>();

  boolean isDone() {
    return landing.isDone();
  }

  void land(V value) {
    landing.complete(value);
  }

  void fail(Throwable failure) {
    landing.completeExceptionally(failure);
  }

  V await() throws IOException {
    try {
      return landing.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("interrupted").initCause(e);
    } catch (ExecutionException e) {
      throw switch (e.getCause()) {
        case IOException failure -> failure;
        case null -> new IOException(e);
        case Throwable failure -> new IOException("could not be loaded: " + failure, failure);
      };
    }
  }
}
