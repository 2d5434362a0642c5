package dozo.mount.overlay;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The state of each block, two bits in pages of 4 MiB of image. A page takes some 350 bytes and is
 * there only where something was written.
 *
 * <p>Safe for use by many threads. Whoever sees a state sees what was written before it was set.
 */
final class BlockStates {
  private static final int BITS = 2;
  private static final int PER_WORD = Long.SIZE / BITS;
  private static final int WORDS = 32;
  private static final int PAGE_BLOCKS = WORDS * PER_WORD;

  private final ConcurrentHashMap<Long, AtomicLongArray> pages = new ConcurrentHashMap<>();

  BlockState get(long block) {
    AtomicLongArray page = pages.get(block / PAGE_BLOCKS);
    return page == null ? BlockState.BASE : at(page, (int) (block % PAGE_BLOCKS));
  }

  private static BlockState at(AtomicLongArray page, int index) {
    return BlockState.of((int) (page.get(index / PER_WORD) >>> (index % PER_WORD * BITS)) & 3);
  }

  /**
   * Finds where a run of one state ends.
   *
   * @return the first block behind {@code block} that is in another state, or {@code end}
   */
  long runEnd(long block, long end) {
    BlockState state = get(block);
    long at = block + 1;
    while (at < end) {
      AtomicLongArray page = pages.get(at / PAGE_BLOCKS);
      long pageEnd = Math.min(end, (at / PAGE_BLOCKS + 1) * PAGE_BLOCKS);
      if (page == null) {
        if (state != BlockState.BASE) {
          return at;
        }
        at = pageEnd;
        continue;
      }
      for (; at < pageEnd; at++) {
        if (at(page, (int) (at % PAGE_BLOCKS)) != state) {
          return at;
        }
      }
    }
    return end;
  }

  /** Sets a run. The same block is never set by two threads at once. */
  void set(MapEntry run) {
    for (long at = run.firstBlock(); at < run.end(); ) {
      long pageEnd = Math.min(run.end(), (at / PAGE_BLOCKS + 1) * PAGE_BLOCKS);
      Long number = at / PAGE_BLOCKS;
      AtomicLongArray page =
          run.state() == BlockState.BASE
              ? pages.get(number)
              : pages.computeIfAbsent(number, _ -> new AtomicLongArray(WORDS));
      if (page != null) {
        setInPage(page, (int) (at % PAGE_BLOCKS), (int) (pageEnd - at), run.state());
      }
      at = pageEnd;
    }
  }

  private static void setInPage(AtomicLongArray page, int first, int count, BlockState state) {
    for (int i = first; i < first + count; i++) {
      int shift = i % PER_WORD * BITS;
      long clear = ~(3L << shift);
      long bits = (long) state.number() << shift;
      page.updateAndGet(i / PER_WORD, word -> (word & clear) | bits);
    }
  }

  /** Lists all runs that are not in the image beneath, in order. */
  List<MapEntry> written() {
    List<MapEntry> runs = new ArrayList<>();
    @Nullable MapEntry open = null;
    for (long number : pages.keySet().stream().mapToLong(Long::longValue).sorted().toArray()) {
      AtomicLongArray page = pages.get(number);
      for (int i = 0; page != null && i < PAGE_BLOCKS; i++) {
        BlockState state = at(page, i);
        if (state == BlockState.BASE) {
          continue;
        }
        MapEntry block = new MapEntry(number * PAGE_BLOCKS + i, 1, state);
        if (open != null && open.isContinuedBy(block)) {
          open = new MapEntry(open.firstBlock(), open.count() + 1, state);
        } else {
          if (open != null) {
            runs.add(open);
          }
          open = block;
        }
      }
    }
    if (open != null) {
      runs.add(open);
    }
    return runs;
  }
}
