package dozo.mount.read;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dozo.format.disk.ChunkSource;
import java.io.IOException;

/**
 * The parts of chunk maps that were needed, bounded by their bytes. A committed disk never changes,
 * so nothing in here grows old.
 *
 * <p>Safe for use by many threads; a window is loaded once at a time.
 */
final class ExtentCache {
  /** A window of the disk that one of the readers reads. */
  private record Key(long reader, long window) {}

  private final Cache<Key, ExtentWindow> windows;
  private final Flights<Key, ExtentWindow> flights;

  ExtentCache(long maximumBytes) {
    this.windows =
        Caffeine.newBuilder()
            .maximumWeight(maximumBytes)
            .weigher((Key _, ExtentWindow window) -> window.heapBytes())
            .executor(Runnable::run)
            .build();
    this.flights = new Flights<>(windows::getIfPresent);
  }

  /**
   * Returns a window of a reader's disk.
   *
   * @throws IOException if the map cannot be read there
   */
  ExtentWindow get(long reader, ChunkSource source, long window) throws IOException {
    Key key = new Key(reader, window);
    ExtentWindow known = windows.getIfPresent(key);
    if (known != null) {
      return known;
    }
    Flights.Ticket<ExtentWindow> ticket = flights.join(key);
    if (ticket.pilot()) {
      try {
        ExtentWindow loaded = ExtentWindow.load(source, window);
        windows.put(key, loaded);
        flights.land(key, ticket.flight(), loaded);
      } catch (Throwable e) {
        flights.fail(key, ticket.flight(), e);
      }
    }
    return ticket.flight().await();
  }

  /** Forgets the windows of a reader that was closed. */
  void forget(long reader) {
    windows.asMap().keySet().removeIf(key -> key.reader() == reader);
  }
}
