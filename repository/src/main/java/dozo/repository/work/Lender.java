package dozo.repository.work;

import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.Supplier;

/**
 * Lends things that are costly to make and serve one thread at a time, such as a compressor with
 * its memory outside the heap. There are as many as were ever in use at once.
 *
 * <p>Safe for use by several threads.
 *
 * @param <T> what is lent
 */
public final class Lender<T extends AutoCloseable> implements AutoCloseable {

  private final Supplier<T> maker;
  private final ConcurrentLinkedDeque<T> idle = new ConcurrentLinkedDeque<>();

  /** Lends what the maker makes. */
  public Lender(Supplier<T> maker) {
    this.maker = maker;
  }

  /** Takes one, the most recently used if one is idle. It is to be given back. */
  public T take() {
    T thing = idle.pollFirst();
    return thing == null ? maker.get() : thing;
  }

  /** Gives one back. */
  public void give(T thing) {
    idle.addFirst(thing);
  }

  /** Closes what is idle; everything must have been given back. */
  @Override
  public void close() {
    for (T thing = idle.poll(); thing != null; thing = idle.poll()) {
      try {
        thing.close();
      } catch (Exception e) {
        throw new IllegalStateException("What is lent must close without failing", e);
      }
    }
  }
}
