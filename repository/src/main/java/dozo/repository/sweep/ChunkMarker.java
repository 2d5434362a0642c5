package dozo.repository.sweep;

import dozo.format.ChunkId;
import dozo.format.pack.ContentKind;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Marks the data chunks that leaves refer to, in large batches. For one thread at a time.
 *
 * <p>What the index does not lead to is gathered, and searched in all directories at the end. A
 * chunk that is in damaged segments only is marked there, so that what may be repaired is kept; one
 * that is nowhere cannot be deleted by any sweep, and is only reported.
 */
final class ChunkMarker {

  /** A full batch takes 50 MiB while it is looked up. */
  private static final int BATCH = 1 << 20;

  private static final int REMEMBERED = 1 << 20;
  private static final int SEARCHED_TOGETHER = 1 << 18;

  private final ReferenceResolver resolver;
  private final DamageLog damage;
  private final IdBatch batch = new IdBatch(BATCH);
  private final IdBatch unresolved = new IdBatch(SEARCHED_TOGETHER);
  private final RecentIds recent = new RecentIds(REMEMBERED);

  ChunkMarker(ReferenceResolver resolver, DamageLog damage) {
    this.resolver = resolver;
    this.damage = damage;
  }

  /**
   * Marks a chunk, or sees to it later.
   *
   * @param source what refers to it
   */
  void add(ChunkId id, int source) throws IOException {
    if (!recent.contains(id)) {
      batch.add(id, source);
      if (batch.isFull()) {
        resolve();
      }
    }
  }

  private void resolve() throws IOException {
    List<Integer> left =
        resolver.resolve(batch, (place, pack, directory, chunk) -> pack.mark(directory, chunk));
    for (int place = 0; place < batch.size(); place++) {
      recent.add(batch.id(place));
    }
    for (int place : left) {
      unresolved.add(batch.id(place), batch.source(place));
      if (unresolved.isFull()) {
        search();
      }
    }
    batch.clear();
  }

  private void search() throws IOException {
    List<Integer> places = IntStream.range(0, unresolved.size()).boxed().toList();
    List<Integer> nowhere =
        resolver.search(
            ContentKind.DATA,
            unresolved,
            places,
            (place, pack, directory, chunk) -> pack.mark(directory, chunk),
            (place, pack, directory, chunk) -> {
              pack.mark(directory, chunk);
              damage.add(unresolved.source(place), unresolved.id(place), false);
            });
    nowhere.forEach(place -> damage.add(unresolved.source(place), unresolved.id(place), true));
    unresolved.clear();
  }

  /** Marks what has been put off. */
  void finish() throws IOException {
    resolve();
    if (unresolved.size() > 0) {
      search();
    }
  }
}
