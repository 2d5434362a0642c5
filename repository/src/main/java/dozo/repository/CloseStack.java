package dozo.repository;

import java.io.IOException;
import java.util.ArrayDeque;

/** Closes what was opened, the last first, whatever fails. For one thread at a time. */
final class CloseStack implements AutoCloseable {

  private final ArrayDeque<AutoCloseable> opened = new ArrayDeque<>();

  /** Adds what is to be closed before all that was added earlier, and returns it. */
  <T extends AutoCloseable> T push(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Closes everything, also when something fails to close, and then says so. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception e) {
        IOException wrapped =
            e instanceof IOException io ? io : new IOException("Closing failed", e);
        if (failure == null) {
          failure = wrapped;
        } else {
          failure.addSuppressed(wrapped);
        }
      }
    }
    if (failure != null) {
      throw failure;
    }
  }
}
