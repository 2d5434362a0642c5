package dozo.repository.sweep;

import dozo.format.ChunkId;
import dozo.format.pack.ContentKind;
import dozo.format.pack.PackDirectory;
import dozo.repository.index.ChunkIndex;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackTable;
import dozo.repository.work.Pace;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds where chunks and map nodes lie, many at a time: they are looked up in the index in its own
 * order, then grouped by pack, so that each directory is read once a batch; and only the directory
 * is believed.
 *
 * <p>For one thread at a time; it has the work done on several.
 */
final class ReferenceResolver {

  private static final Logger log = LoggerFactory.getLogger(ReferenceResolver.class);
  private static final int LOOKUPS_A_TASK = 2_048;
  private static final int LOOKUPS_AT_ONCE = 256;

  private final ChunkIndex index;
  private final PackTable packs;
  private final MarkTable marks;
  private final LoadedDirectories directories;
  private final DamagedSegments damaged;
  private final WorkPool pool;
  private final Pace pace;

  ReferenceResolver(
      ChunkIndex index,
      PackTable packs,
      MarkTable marks,
      LoadedDirectories directories,
      DamagedSegments damaged,
      WorkPool pool,
      Pace pace) {
    this.index = index;
    this.packs = packs;
    this.marks = marks;
    this.directories = directories;
    this.damaged = damaged;
    this.pool = pool;
    this.pace = pace;
  }

  /** Takes what was found, on any thread, several at once, those of one pack one after another. */
  @FunctionalInterface
  interface Sink {

    /**
     * Takes a place.
     *
     * @param place which id of the batch it is
     * @param chunk its number in the pack's directory
     */
    void found(int place, PackMarks pack, PackDirectory directory, int chunk);
  }

  /**
   * Finds ids where the index says they are, in segments of which nothing bad is known.
   *
   * @return the places of those that are not there
   */
  List<Integer> resolve(IdBatch batch, Sink sink) throws IOException {
    int[] packOf = ask(batch);
    int[] order = batch.inOrderOf(packOf);
    List<Integer> left = new ArrayList<>();
    for (int place = 0; place < batch.size(); place++) {
      if (packOf[place] == 0) {
        left.add(place);
      }
    }
    List<WorkPool.Task> tasks = new ArrayList<>();
    for (int from = 0; from < order.length; ) {
      int pack = packOf[order[from]];
      int to = from + 1;
      while (to < order.length && packOf[order[to]] == pack) {
        to++;
      }
      int[] places = Arrays.copyOfRange(order, from, to);
      tasks.add(() -> {
        List<Integer> missed = confirm(batch, places, pack, sink);
        synchronized (left) {
          left.addAll(missed);
        }
      });
      from = to;
    }
    pool.runAll(tasks);
    pace.await();
    return left;
  }

  /** The pack that the index names for each id, or 0. */
  private int[] ask(IdBatch batch) throws IOException {
    int[] order = batch.inIdOrder();
    int[] packOf = new int[batch.size()];
    List<WorkPool.Task> tasks = new ArrayList<>();
    for (int start = 0; start < order.length; start += LOOKUPS_A_TASK) {
      int from = start;
      int to = Math.min(order.length, start + LOOKUPS_A_TASK);
      tasks.add(() -> {
        for (int at = from; at < to; at += LOOKUPS_AT_ONCE) {
          ask(batch, Arrays.copyOfRange(order, at, Math.min(to, at + LOOKUPS_AT_ONCE)), packOf);
        }
      });
    }
    pool.runAll(tasks);
    pace.await();
    return packOf;
  }

  private void ask(IdBatch batch, int[] places, int[] packOf) {
    List<ChunkId> ids = new ArrayList<>(places.length);
    for (int place : places) {
      ids.add(batch.id(place));
    }
    List<? extends @Nullable ChunkLocation> found = index.find(ids);
    for (int i = 0; i < places.length; i++) {
      ChunkLocation location = found.get(i);
      packOf[places[i]] = location == null ? 0 : location.pack();
    }
  }

  /** Looks ids up in the directory of one pack; returns the places of those not found sound. */
  private List<Integer> confirm(IdBatch batch, int[] places, int number, Sink sink) {
    List<Integer> missed = new ArrayList<>();
    Optional<PackMarks> pack = marks.find(number);
    PackDirectory directory;
    try {
      if (pack.isEmpty()) {
        Arrays.stream(places).forEach(missed::add);
        return missed;
      }
      directory = directories.get(pack.get().pack());
    } catch (IOException e) {
      leaveAlone(pack.get(), e);
      Arrays.stream(places).forEach(missed::add);
      return missed;
    }
    for (int place : places) {
      int chunk = directory.find(batch.id(place));
      if (chunk >= 0 && !isDamaged(number, directory, chunk)) {
        sink.found(place, pack.get(), directory, chunk);
      } else {
        missed.add(place);
      }
    }
    return missed;
  }

  private boolean isDamaged(int pack, PackDirectory directory, int chunk) {
    if (damaged.size() == 0) {
      return false;
    }
    int segment = directory.segmentOf(chunk);
    return damaged.contains(
        new ChunkLocation(pack, directory.offset(segment), directory.sealedLength(segment)));
  }

  private static void leaveAlone(PackMarks pack, IOException cause) {
    log.error(
        "A pack directory cannot be read, and the pack is left alone pack={}",
        pack.pack().id(),
        cause);
    pack.leaveAlone();
  }

  /**
   * Searches the directories of all packs for ids.
   *
   * @param sound takes those found in a segment of which nothing bad is known, once each
   * @param broken takes those found in damaged segments only, once for each such segment
   * @return the places of those that are in no pack
   */
  List<Integer> search(
      ContentKind kind, IdBatch batch, List<Integer> places, Sink sound, Sink broken)
      throws IOException {
    Map<ChunkId, List<Integer>> wanted = new HashMap<>();
    places.forEach(
        place -> wanted.computeIfAbsent(batch.id(place), id -> new ArrayList<>()).add(place));
    Map<ChunkId, List<Copy>> brokenCopies = new HashMap<>();
    for (PackEntry entry : packs.entries().reversed()) {
      if (wanted.isEmpty()) {
        break;
      }
      if (entry.kind() == kind) {
        pace.await();
        search(entry, wanted, brokenCopies, sound);
      }
    }
    List<Integer> nowhere = new ArrayList<>();
    wanted.forEach((id, left) -> {
      List<Copy> copies = brokenCopies.getOrDefault(id, List.of());
      for (int place : left) {
        copies.forEach(copy -> broken.found(place, copy.pack, copy.directory, copy.chunk));
        if (copies.isEmpty()) {
          nowhere.add(place);
        }
      }
    });
    return nowhere;
  }

  private record Copy(PackMarks pack, PackDirectory directory, int chunk) {}

  private void search(
      PackEntry entry,
      Map<ChunkId, List<Integer>> wanted,
      Map<ChunkId, List<Copy>> brokenCopies,
      Sink sound) {
    PackMarks pack = marks.of(entry);
    PackDirectory directory;
    try {
      directory = directories.get(entry);
    } catch (IOException e) {
      leaveAlone(pack, e);
      return;
    }
    wanted
        .entrySet()
        .removeIf(each -> {
          int chunk = directory.find(each.getKey());
          if (chunk < 0) {
            return false;
          }
          if (isDamaged(entry.number(), directory, chunk)) {
            brokenCopies
                .computeIfAbsent(each.getKey(), id -> new ArrayList<>())
                .add(new Copy(pack, directory, chunk));
            return false;
          }
          each.getValue().forEach(place -> sound.found(place, pack, directory, chunk));
          return true;
        });
  }
}
