package dozo.vhdx.read;

import dozo.vhdx.format.Place;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A file as an array of little-endian longs, of which a bounded number of pages is kept. The block
 * table and the sector bitmaps are read through it.
 *
 * <p>May be used by many threads: a page never changes once it is in its slot, and two threads that
 * miss the same page at once only read it twice.
 */
final class WordPages {

  private static final int PAGE_BYTES = 64 << 10;
  private static final int PAGE_WORDS = PAGE_BYTES / Long.BYTES;
  private static final int SLOTS = 16;

  private static final class Page {
    final long number;
    final long[] words;

    Page(long number, long[] words) {
      this.number = number;
      this.words = words;
    }
  }

  private final ReplayedSource source;
  private final Place place;
  private final AtomicReferenceArray<Page> slots = new AtomicReferenceArray<>(SLOTS);

  /**
   * Makes a view.
   *
   * @param place what is read through it, for messages
   */
  WordPages(ReplayedSource source, Place place) {
    this.source = source;
    this.place = place;
  }

  /**
   * Returns one word.
   *
   * @param fileOffset a multiple of 8
   */
  long word(long fileOffset) throws IOException {
    long number = fileOffset / PAGE_BYTES;
    int slot = (int) (number % SLOTS);
    Page page = slots.get(slot);
    if (page == null || page.number != number) {
      page = load(number);
      slots.set(slot, page);
    }
    return page.words[(int) (fileOffset % PAGE_BYTES) / Long.BYTES];
  }

  private Page load(long number) throws IOException {
    long start = number * PAGE_BYTES;
    ByteBuffer bytes =
        ByteBuffer.allocate((int) Math.min(PAGE_BYTES, source.length() - start))
            .order(ByteOrder.LITTLE_ENDIAN);
    source.read(start, bytes, place.at(place.structure(), start));
    long[] words = new long[PAGE_WORDS];
    bytes.flip().asLongBuffer().get(words, 0, bytes.limit() / Long.BYTES);
    return new Page(number, words);
  }
}
