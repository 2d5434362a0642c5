package dozo.bench.index;

import com.sun.management.OperatingSystemMXBean;
import dozo.format.ChunkId;
import dozo.repository.index.ChunkIndex.Contents;
import dozo.repository.index.ChunkLocator;
import dozo.repository.index.IndexWriter;
import dozo.repository.index.KnownIds;
import dozo.repository.index.LmdbChunkIndex;
import dozo.repository.pack.DamagedSegments;
import dozo.repository.pack.DirectoryCache;
import dozo.repository.pack.DirectoryCache.Locality;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * What the index costs at growing sizes, up to a hundred million chunks and more.
 *
 * <pre>
 * ./dozo bench index-scale DIRECTORY [SVG [CHUNKS...]]
 * </pre>
 *
 * <p>Packs with real directories are written to the directory and entered into the index as a
 * server does. At each size the index is closed and opened, and look-ups are measured: of ids that
 * nobody has, of whole packs in the order of a backup, and of ids from anywhere. All are times of
 * the processor, so that other work on the machine counts little. A chunk takes some 80 bytes of
 * pack and 60 of index on the disk.
 */
public final class IndexScale {

  private static final long[] SIZES = {
    1_000_000, 2_000_000, 5_000_000, 10_000_000, 20_000_000, 50_000_000, 100_000_000
  };

  /** What {@code RepositoryOptions} gives to directories. */
  private static final long DIRECTORY_BYTES = 64L << 20;

  /** As many chunks as a rebuild enters at a time. */
  private static final int REBUILD_BATCH = 1 << 20;

  /** So many of the server's batches are entered last and measured. */
  private static final int MEASURED_BATCHES = 4;

  private static final int STRANGERS = 1_000_000;
  private static final int RANDOM_KNOWN = 100_000;
  private static final int LONE_CHUNKS = 2_000;
  private static final int RUN_PACKS = 100;
  private static final int ROUNDS = 3;

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final OperatingSystemMXBean SYSTEM =
      (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

  private final Path directory;
  private final SyntheticPacks packs;
  private final SplittableRandom random = new SplittableRandom(-1);
  private LmdbChunkIndex index;
  private KnownIds known;

  private IndexScale(Path directory) throws IOException {
    this.directory = directory.resolve("index");
    this.packs = new SyntheticPacks(directory);
    LmdbChunkIndex.Opened opened =
        LmdbChunkIndex.open(this.directory, SyntheticPacks.REPOSITORY, 0);
    this.index = opened.index();
    this.known = opened.known();
  }

  /** Runs it. The directory must be empty, and is left as it is for a look. */
  @SuppressWarnings("SystemOut")
  public static void main(String[] arguments) throws IOException {
    if (arguments.length == 0 || arguments[0].startsWith("-")) {
      System.err.println("usage: index-scale DIRECTORY [SVG [CHUNKS...]]");
      System.exit(64);
    }
    long[] sizes =
        arguments.length < 3
            ? SIZES
            : IntStream.range(2, arguments.length)
                .mapToLong(i -> Long.parseLong(arguments[i]))
                .toArray();
    List<IndexCost> costs = new ArrayList<>();
    System.out.println(IndexCost.HEADER);
    IndexScale scale = new IndexScale(Path.of(arguments[0]));
    try (WorkPool pool = new WorkPool(Runtime.getRuntime().availableProcessors())) {
      for (long size : sizes) {
        costs.add(scale.measure(size, pool));
        System.out.println(costs.getLast().row());
        if (arguments.length > 1) {
          Files.writeString(Path.of(arguments[1]), IndexPlot.of(costs));
        }
      }
    } finally {
      scale.index.close();
    }
  }

  private IndexCost measure(long size, WorkPool pool) throws IOException {
    Entering rebuilt = new Entering();
    int batch = IndexWriter.batchChunks(size);
    long rebuild = size - (long) MEASURED_BATCHES * batch;
    while (chunks() < rebuild) {
      rebuilt.enter((int) Math.min(rebuild - chunks(), REBUILD_BATCH), pool);
    }
    Entering backedUp = new Entering();
    while (chunks() < size) {
      backedUp.enter((int) Math.min(size - chunks(), batch), pool);
    }
    double grown = unknown();
    index.close();
    long cpu = SYSTEM.getProcessCpuTime();
    LmdbChunkIndex.Opened opened =
        LmdbChunkIndex.open(directory, SyntheticPacks.REPOSITORY, chunks());
    double openSeconds = (SYSTEM.getProcessCpuTime() - cpu) / 1e9;
    index = opened.index();
    known = opened.known();
    return new IndexCost(
        index.size(),
        rebuilt.rate(),
        backedUp.rate(),
        backedUp.cpuNanosEach(),
        backedUp.bytesEach(),
        unknown(),
        grown,
        runs(),
        randomKnown(),
        loneChunks(),
        openSeconds,
        known.sizeBytes(),
        Files.size(directory.resolve("data.mdb")));
  }

  private long chunks() {
    return (long) packs.count() * SyntheticPacks.CHUNKS_A_PACK;
  }

  /** Counts what entering chunks costs, without making their packs. */
  private final class Entering {

    private long chunks;
    private long wallNanos;
    private long cpuNanos;
    private long writtenBytes;

    void enter(int count, WorkPool pool) throws IOException {
      int made = Math.ceilDiv(count, SyntheticPacks.CHUNKS_A_PACK);
      List<Contents> contents = packs.make(made, pool);
      long wall = System.nanoTime();
      long cpu = SYSTEM.getProcessCpuTime();
      long written = IndexCost.bytesSent();
      for (Contents each : contents) {
        for (int i = 0; i < each.directory().chunkCount(); i++) {
          known.add(each.directory().id(i));
        }
      }
      index.add(contents);
      wallNanos += System.nanoTime() - wall;
      cpuNanos += SYSTEM.getProcessCpuTime() - cpu;
      writtenBytes += IndexCost.bytesSent() - written;
      chunks += (long) made * SyntheticPacks.CHUNKS_A_PACK;
    }

    double rate() {
      return chunks * 1e9 / Math.max(1, wallNanos);
    }

    double cpuNanosEach() {
      return (double) cpuNanos / Math.max(1, chunks);
    }

    double bytesEach() {
      return (double) writtenBytes / Math.max(1, chunks);
    }
  }

  /** Something that is asked for many ids by one thread. */
  @FunctionalInterface
  private interface LookUps {
    int found(List<ChunkId> ids);
  }

  /** The time of the processor for each id, the least of some rounds. */
  private static double nanosEach(List<ChunkId> ids, int expected, LookUps lookUps) {
    long begun = THREADS.getCurrentThreadCpuTime();
    int found = lookUps.found(ids);
    long nanos = THREADS.getCurrentThreadCpuTime() - begun;
    if (expected >= 0 && found != expected) {
      throw new IllegalStateException("Of " + expected + " ids " + found + " were found");
    }
    return (double) nanos / ids.size();
  }

  private static double least(double one, double other) {
    return one == 0 ? other : Math.min(one, other);
  }

  /** New data: the filter, and the index where the filter is mistaken. */
  private double unknown() {
    double least = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<ChunkId> strangers = SyntheticPacks.ids(random, STRANGERS);
      ChunkLocator locator = locator();
      Locality locality = new Locality();
      least =
          least(
              least,
              nanosEach(
                  strangers,
                  0,
                  ids -> {
                    int found = 0;
                    for (ChunkId id : ids) {
                      if (known.mayContain(id) && locator.confirm(id, locality).isPresent()) {
                        found++;
                      }
                    }
                    return found;
                  }));
    }
    return least;
  }

  /** Known data as a backup brings it: packs from anywhere, each of them in its order. */
  private double runs() {
    double least = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<ChunkId> run = new ArrayList<>();
      for (int i = 0; i < RUN_PACKS; i++) {
        run.addAll(SyntheticPacks.chunks(anyPack()));
      }
      least = least(least, confirmAll(run));
    }
    return least;
  }

  /** Known chunks of which no two lie in one pack: each loads a directory, the worst there is. */
  private double loneChunks() {
    return confirmAll(anyKnown(LONE_CHUNKS));
  }

  private double confirmAll(List<ChunkId> chunks) {
    ChunkLocator locator = locator();
    Locality locality = new Locality();
    return nanosEach(
        chunks,
        chunks.size(),
        ids -> {
          int found = 0;
          for (ChunkId id : ids) {
            if (known.mayContain(id) && locator.confirm(id, locality).isPresent()) {
              found++;
            }
          }
          return found;
        });
  }

  /** The index alone, asked for ids from anywhere. */
  private double randomKnown() {
    double least = 0;
    for (int round = 0; round < ROUNDS; round++) {
      List<ChunkId> sample = anyKnown(RANDOM_KNOWN);
      least =
          least(
              least,
              nanosEach(
                  sample,
                  sample.size(),
                  ids -> {
                    int found = 0;
                    for (ChunkId id : ids) {
                      @Nullable Object there = index.find(List.of(id)).getFirst();
                      found += there == null ? 0 : 1;
                    }
                    return found;
                  }));
    }
    return least;
  }

  private int anyPack() {
    return 1 + random.nextInt(packs.count());
  }

  /** Ids from many packs, shuffled; some from each, since making a pack's ids takes longer. */
  private List<ChunkId> anyKnown(int count) {
    List<ChunkId> ids = new ArrayList<>(count);
    int each = Math.ceilDiv(count, LONE_CHUNKS);
    while (ids.size() < count) {
      List<ChunkId> pack = SyntheticPacks.chunks(anyPack());
      for (int i = 0; i < each; i++) {
        ids.add(pack.get(random.nextInt(pack.size())));
      }
    }
    for (int i = ids.size(); i > 1; i--) {
      int other = random.nextInt(i);
      ChunkId moved = ids.get(i - 1);
      ids.set(i - 1, ids.get(other));
      ids.set(other, moved);
    }
    return ids.subList(0, count);
  }

  /** A locator with nothing in memory. */
  private ChunkLocator locator() {
    return new ChunkLocator(
        packs.table(),
        new DirectoryCache(packs.library(), DIRECTORY_BYTES),
        index,
        new DamagedSegments());
  }
}
