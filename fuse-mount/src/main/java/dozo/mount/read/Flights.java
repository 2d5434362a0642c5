package dozo.mount.read;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is being loaded just now. Caffeine could load by itself, but only one key at a time, and
 * with a lock held that other keys may need.
 *
 * <p>Safe for use by many threads. A value is put into the cache before its flight is forgotten, so
 * that at any time it is found in one of the two.
 *
 * @param <K> names a value for good
 * @param <V> the value
 */
final class Flights<K, V> {
  private final ConcurrentMap<K, Flight<V>> inFlight = new ConcurrentHashMap<>();
  private final Function<K, @Nullable V> landed;

  /**
   * Makes an empty set.
   *
   * @param landed looks into the cache that values are put into
   */
  Flights(Function<K, @Nullable V> landed) {
    this.landed = landed;
  }

  /** What {@link #join} found: the flight, and whether the caller is the one who has to load. */
  record Ticket<V>(Flight<V> flight, boolean pilot) {}

  Ticket<V> join(K key) {
    Flight<V> own = new Flight<>();
    Flight<V> other = inFlight.putIfAbsent(key, own);
    if (other != null) {
      return new Ticket<>(other, false);
    }
    // It may have landed between the caller's look into the cache and here.
    V value = landed.apply(key);
    if (value != null) {
      land(key, own, value);
      return new Ticket<>(own, false);
    }
    return new Ticket<>(own, true);
  }

  boolean isUnderWay(K key) {
    return inFlight.containsKey(key);
  }

  /** Tells a value that has been put into the cache. */
  void land(K key, Flight<V> flight, V value) {
    inFlight.remove(key, flight);
    flight.land(value);
  }

  /** Tells a failure, which is not remembered. */
  void fail(K key, Flight<V> flight, Throwable failure) {
    inFlight.remove(key, flight);
    flight.fail(failure);
  }
}
