package dozo.mount.fuse;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The open files and directories, by the number that the kernel repeats with every request. It
 * holds at most {@value #CAPACITY}: a program that opens files and forgets them must not take the
 * mount down with it.
 *
 * <p>Safe for use by many threads; looking up takes no lock and makes no garbage.
 */
final class OpenNodeTable {
  static final int CAPACITY = 1 << 16;

  private static final Logger log = LoggerFactory.getLogger(OpenNodeTable.class);

  private final AtomicReferenceArray<@Nullable OpenNode> nodes =
      new AtomicReferenceArray<>(CAPACITY);
  private final ArrayDeque<Integer> released = new ArrayDeque<>();
  private int used;

  /** Adds a node; returns its number, or -1 if there are too many. */
  synchronized int add(OpenNode node) {
    Integer number = released.poll();
    if (number == null) {
      if (used == CAPACITY) {
        return -1;
      }
      number = used++;
    }
    nodes.set(number, node);
    return number;
  }

  /** Returns a node that the kernel says is open. */
  OpenNode get(long number) throws IOException {
    OpenNode node = number < 0 || number >= CAPACITY ? null : nodes.get((int) number);
    if (node == null) {
      throw new IOException("nothing open has number " + number);
    }
    return node;
  }

  /** Forgets a node; the caller closes it. */
  synchronized OpenNode remove(long number) throws IOException {
    OpenNode node = get(number);
    nodes.set((int) number, null);
    released.push((int) number);
    return node;
  }

  /** Closes what the kernel never released because the mount was taken away under it. */
  synchronized void closeAll() {
    for (int number = 0; number < used; number++) {
      OpenNode node = nodes.getAndSet(number, null);
      if (node != null) {
        released.push(number);
        try {
          node.close();
        } catch (IOException | RuntimeException e) {
          log.error("an open file could not be closed", e);
        }
      }
    }
  }
}
