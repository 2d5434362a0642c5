package dozo.format.splice;

import static dozo.format.chunk.ChunkerParameters.BLOCK_BYTES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.ChunkHasher;
import dozo.format.ChunkId;
import dozo.format.chunk.ChunkerParameters;
import dozo.format.disk.ChunkConsumer;
import dozo.format.disk.Extent;
import dozo.format.map.ChunkMap;
import dozo.format.map.ChunkMapBuilder;
import dozo.format.map.NodeStore;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiskSplicerTest {

  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;

  /** Chunks and nodes in memory; counts what is read of them. */
  private static final class Store {
    final NodeStore nodes = new NodeStore();
    final Map<ChunkId, byte[]> chunks = new HashMap<>();
    final ChunkHasher hasher = new ChunkHasher(new byte[ChunkHasher.KEY_BYTES]);
    long fetchedBytes;
    int fetches;
    long cutBytes;

    ChunkMap whole(ChunkerParameters parameters, byte[] disk) throws IOException {
      Sink sink = new Sink(null);
      DiskSplicer splicer = new DiskSplicer(parameters, disk.length, sink);
      splicer.data(disk, 0, disk.length);
      splicer.finish();
      return nodes.map(sink.map.finish(), disk.length);
    }

    BaseDisk base(ChunkMap map) {
      return new BaseDisk() {
        @Override
        public ChunkMap map() {
          return map;
        }

        @Override
        public void fetch(List<Extent> wanted, ChunkConsumer consumer) {
          fetches++;
          for (int i = wanted.size() - 1; i >= 0; i--) {
            byte[] bytes = Objects.requireNonNull(chunks.get(wanted.get(i).id()));
            fetchedBytes += bytes.length;
            consumer.accept(i, ByteBuffer.wrap(bytes).asReadOnlyBuffer());
          }
        }
      };
    }

    final class Sink implements SpliceSink {
      final ChunkMapBuilder map = nodes.builder();
      final @Nullable ChunkMap base;

      Sink(@Nullable ChunkMap base) {
        this.base = base;
      }

      @Override
      public void chunk(long offset, byte[] window, int from, int length) throws IOException {
        assertThat(offset).isEqualTo(map.sizeBytes());
        ChunkId id = hasher.id(window, from, length);
        chunks.putIfAbsent(id, Arrays.copyOfRange(window, from, from + length));
        cutBytes += length;
        map.chunk(id, length);
      }

      @Override
      public void hole(long offset, long length) throws IOException {
        assertThat(offset).isEqualTo(map.sizeBytes());
        map.hole(length);
      }

      @Override
      public void keep(long from, long to) throws IOException {
        assertThat(from).isEqualTo(map.sizeBytes());
        map.copy(Objects.requireNonNull(base), from, to);
      }
    }
  }

  static List<ChunkerParameters> parameters() {
    return List.of(
        ChunkerParameters.parse("fastcdc2020,average=4096"),
        ChunkerParameters.standard(),
        ChunkerParameters.parse("fastcdc2020,average=65536,level=0,hole=4096"),
        ChunkerParameters.parse("blockaligned,average=16384"),
        ChunkerParameters.parse("fixed,average=65536,hole=131072"));
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void findsWhatCuttingTheWholeDiskFinds(ChunkerParameters parameters) throws IOException {
    for (int seed = 0; seed < 60; seed++) {
      Random random = new Random(seed);
      byte[] old = disk(random, random.nextInt(3 * MIB));
      Change change = change(random, old);
      Store store = new Store();
      ChunkMap base = store.whole(parameters, old);
      ChunkMap expected = store.whole(parameters, change.disk);
      ChunkMap spliced = splice(store, parameters, base, change, random);
      assertThat(spliced.root()).as("seed %d of %s", seed, parameters).isEqualTo(expected.root());
    }
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void readsOnlyAroundChanges(ChunkerParameters parameters) throws IOException {
    Random random = new Random(11);
    byte[] old = new byte[24 * MIB];
    random.nextBytes(old);
    Change change = new Change(old.clone(), new boolean[old.length / KIB]);
    int changes = 6;
    for (int i = 0; i < changes; i++) {
      change.overwrite(random, i * 4 * MIB + MIB, 4 * KIB);
    }
    Store store = new Store();
    ChunkMap base = store.whole(parameters, old);
    ChunkMap expected = store.whole(parameters, change.disk);
    store.fetchedBytes = 0;
    store.cutBytes = 0;
    ChunkMap spliced = splice(store, parameters, base, change, random);
    assertThat(spliced.root()).isEqualTo(expected.root());
    long around = changes * (6L * parameters.chunker().maximumBytes() + 512 * KIB);
    assertThat(store.fetchedBytes).isLessThan(around);
    assertThat(store.cutBytes).isLessThan(around);
  }

  @Test
  void readsNoFurtherThanWhereTheCutsAreTheBasesAgain() throws IOException {
    ChunkerParameters parameters = ChunkerParameters.standard();
    Random random = new Random(13);
    byte[] old = new byte[32 * MIB];
    byte[] changed = new byte[64 * KIB];
    random.nextBytes(old);
    Store store = new Store();
    ChunkMap base = store.whole(parameters, old);
    store.cutBytes = 0;
    DiskSplicer splicer =
        new DiskSplicer(parameters, old.length, store.base(base), store.new Sink(base));
    int changes = 31;
    for (int i = 1; i <= changes; i++) {
      splicer.keep(i * (long) MIB - splicer.position());
      random.nextBytes(changed);
      splicer.data(changed, 0, changed.length);
    }
    splicer.keep(old.length - splicer.position());
    splicer.finish();
    assertThat(store.fetchedBytes).isLessThan(changes * 2L * parameters.maximumBytes());
    assertThat(store.cutBytes).isLessThan(changes * 2L * parameters.maximumBytes());
    assertThat(store.fetches).isLessThan(changes * 3);
  }

  @ParameterizedTest
  @MethodSource("parameters")
  void cutsAnewWhatEndedAtAHoleThatIsOneNoLonger(ChunkerParameters parameters) throws IOException {
    byte[] old = new byte[4 * MIB];
    int edge = MIB + 3 * BLOCK_BYTES;
    new Random(12).nextBytes(old);
    Arrays.fill(old, edge, 3 * MIB, (byte) 0);
    for (int shift = 0; shift <= 4 * KIB; shift += KIB) {
      Random random = new Random(shift);
      byte[] filled = new byte[2 * MIB];
      random.nextBytes(filled);
      Change change = new Change(old.clone(), new boolean[old.length / KIB]);
      System.arraycopy(filled, 0, change.disk, edge + shift, filled.length);
      Arrays.fill(change.changed, (edge + shift) / KIB, (edge + shift + filled.length) / KIB, true);
      Store store = new Store();
      ChunkMap base = store.whole(parameters, old);
      ChunkMap expected = store.whole(parameters, change.disk);
      ChunkMap spliced = splice(store, parameters, base, change, random);
      assertThat(spliced.root()).as("%d after the edge", shift).isEqualTo(expected.root());
    }
  }

  @Test
  void keepsAWholeDiskWithoutReadingIt() throws IOException {
    byte[] disk = disk(new Random(3), 3 * MIB);
    Store store = new Store();
    ChunkMap base = store.whole(ChunkerParameters.standard(), disk);
    Store.Sink sink = store.new Sink(base);
    DiskSplicer splicer =
        new DiskSplicer(ChunkerParameters.standard(), disk.length, store.base(base), sink);
    splicer.keep(disk.length);
    splicer.finish();
    assertThat(sink.map.finish()).isEqualTo(base.root());
    assertThat(store.fetchedBytes).isZero();
  }

  @Test
  void digestsTheBase() throws Exception {
    byte[] disk = disk(new Random(4), MIB);
    Store store = new Store();
    ChunkMap base = store.whole(ChunkerParameters.standard(), disk);
    DiskSplicer splicer =
        new DiskSplicer(
            ChunkerParameters.standard(), disk.length, store.base(base), store.new Sink(base));
    splicer.keep(1000);
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    splicer.digestBase(1000, disk.length - 1000, digest);
    byte[] found = digest.digest();
    digest.update(disk, 1000, disk.length - 1000);
    assertThat(found).isEqualTo(digest.digest());
    assertThatThrownBy(() -> splicer.keep(disk.length)).hasMessageContaining("The base has no");
    assertThatThrownBy(() -> splicer.digestBase(1, disk.length, digest))
        .hasMessageContaining("The base has no");
  }

  /** A disk, and which of its KiB are as in the base; what is behind the base's end is not. */
  private static final class Change {
    final byte[] disk;
    final boolean[] changed;

    Change(byte[] disk, boolean[] changed) {
      this.disk = disk;
      this.changed = changed;
    }

    void overwrite(Random random, int at, int length) {
      byte[] bytes = new byte[Math.min(length, disk.length - at)];
      if (random.nextInt(3) > 0) {
        random.nextBytes(bytes);
      }
      System.arraycopy(bytes, 0, disk, at, bytes.length);
      Arrays.fill(changed, at / KIB, (at + bytes.length + KIB - 1) / KIB, true);
    }
  }

  private static Change change(Random random, byte[] old) {
    int size =
        switch (random.nextInt(4)) {
          case 0 -> old.length + random.nextInt(300 * KIB);
          case 1 -> old.length - random.nextInt(old.length + 1);
          default -> old.length;
        };
    Change change = new Change(Arrays.copyOf(old, size), new boolean[(size + KIB - 1) / KIB]);
    if (size > old.length) {
      Arrays.fill(change.changed, old.length / KIB, change.changed.length, true);
    }
    int changes = size == 0 ? 0 : random.nextInt(8);
    for (int i = 0; i < changes; i++) {
      int at = random.nextInt(size) / KIB * KIB;
      int length =
          random.nextBoolean() ? 4 * KIB : 1 + random.nextInt(random.nextBoolean() ? 300 * KIB : 9);
      boolean blocks = random.nextBoolean(); // as a tracker tells, and where holes have their edges
      if (blocks) {
        at = at / BLOCK_BYTES * BLOCK_BYTES;
        length = (length / BLOCK_BYTES + 1) * BLOCK_BYTES;
      }
      change.overwrite(random, at, length);
    }
    return change;
  }

  /** Feeds the changes, zeros sometimes as such, and the rest as kept in pieces. */
  private static ChunkMap splice(
      Store store, ChunkerParameters parameters, ChunkMap base, Change change, Random random)
      throws IOException {
    Store.Sink sink = store.new Sink(base);
    int size = change.disk.length;
    DiskSplicer splicer = new DiskSplicer(parameters, size, store.base(base), sink);
    int at = 0;
    while (at < size) {
      boolean changed = change.changed[at / KIB];
      int end = at;
      while (end < size && change.changed[end / KIB] == changed) {
        end = Math.min(size, (end / KIB + 1) * KIB);
      }
      if (random.nextInt(4) == 0) {
        end = at + 1 + random.nextInt(end - at);
      }
      if (!changed && random.nextInt(20) > 0) {
        splicer.keep(end - at);
      } else if (isZero(change.disk, at, end)) {
        splicer.zeros(end - at);
      } else {
        splicer.data(change.disk, at, end - at);
      }
      at = end;
    }
    splicer.finish();
    return store.nodes.map(sink.map.finish(), size);
  }

  private static boolean isZero(byte[] bytes, int from, int to) {
    return Arrays.equals(bytes, from, to, new byte[to - from], 0, to - from);
  }

  /** Random bytes, text of few letters, and zeros of all lengths, sometimes unaligned. */
  private static byte[] disk(Random random, int size) {
    byte[] disk = new byte[size];
    int at = 0;
    while (at < size) {
      int length = Math.min(size - at, 1 + random.nextInt(200 * KIB));
      int edges = random.nextBoolean() ? 4 * KIB : random.nextBoolean() ? BLOCK_BYTES : 1;
      length = Math.min(size - at, (at + length + edges - 1) / edges * edges - at);
      switch (random.nextInt(3)) {
        case 0 -> {}
        case 1 -> {
          byte[] bytes = new byte[length];
          random.nextBytes(bytes);
          System.arraycopy(bytes, 0, disk, at, length);
        }
        default -> {
          for (int i = at; i < at + length; i++) {
            disk[i] = (byte) random.nextInt(3);
          }
        }
      }
      at += length;
    }
    return disk;
  }
}
