package dozo.mount.image;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class Qcow2ImageTest {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;
  private static final long TIB = 1L << 40;
  private static final int CLUSTER = 64 << 10;

  private final ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT);

  @AfterEach
  void close() {
    cache.close();
  }

  private DiskImage image(SparseSource source) throws Exception {
    return source.image(ImageFormat.QCOW2, VhdxForm.USUAL, 512, cache);
  }

  @Test
  void placesFollowFromTheSizeAlone() {
    // 64 TiB: 131,072 tables of 512 MiB, and 2 bytes for each of their clusters and of the disk's.
    Qcow2Layout largest = Qcow2Layout.of(64 * TIB);
    assertThat(largest.tables()).isEqualTo(131_072);
    assertThat(largest.refcountBlocks()).isEqualTo(32_774);
    assertThat(largest.refcountTableClusters()).isEqualTo(5);
    assertThat(largest.clusters()).isLessThanOrEqualTo(32_774L * 32_768);
    assertThat(Qcow2Layout.of(512).clusters()).isEqualTo(6);
    Random random = new Random(3);
    for (int i = 0; i < 1000; i++) {
      Qcow2Layout layout = Qcow2Layout.of(512 * (1 + random.nextLong(1L << 37)));
      assertThat((long) layout.refcountBlocks() * Qcow2Layout.REFCOUNTS)
          .isBetween(layout.clusters(), layout.clusters() + 2L * Qcow2Layout.REFCOUNTS);
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {512, 3 * MIB, 512 * MIB, 512 * MIB + 512, 2 * GIB - 512, 7 * GIB + 4096})
  void aReaderFindsTheDisk(long size) throws Exception {
    for (long seed = 1; seed <= 3; seed++) {
      SparseSource source = new SparseSource(seed, size).withRuns(9, 300_000).put(size - 7, 7);
      Qcow2Reader reader = new Qcow2Reader(image(source));
      assertThat(reader.sizeBytes()).isEqualTo(size);
      Random random = new Random(seed);
      for (Map.Entry<Long, Long> run : source.runs().entrySet()) {
        for (long edge : new long[] {run.getKey(), run.getValue() - 1}) {
          requireCluster(reader, source, edge / CLUSTER);
        }
        requireCluster(reader, source, random.nextLong(size) / CLUSTER);
      }
    }
  }

  private static void requireCluster(Qcow2Reader reader, SparseSource source, long cluster)
      throws Exception {
    long offset = cluster * CLUSTER;
    assertThat(reader.read(offset, CLUSTER)).isEqualTo(source.expected(offset, CLUSTER));
  }

  @Test
  void holesAreUnallocated() throws Exception {
    SparseSource source =
        new SparseSource(1, 4 * GIB).put(GIB + 3 * CLUSTER, 1).put(GIB + 5 * CLUSTER - 1, 2);
    DiskImage image = image(source);
    Qcow2Reader reader = new Qcow2Reader(image);
    long[] allocated = {GIB + 3 * CLUSTER, GIB + 4 * CLUSTER, GIB + 5 * CLUSTER};
    for (long offset = GIB; offset < GIB + 10 * CLUSTER; offset += CLUSTER) {
      assertThat(reader.find(offset) != 0).isEqualTo(contains(allocated, offset));
    }
    int counted = 0;
    for (long cluster = 0; cluster < image.sizeBytes() / CLUSTER; cluster++) {
      counted += reader.refcount(cluster);
    }
    // Header, refcount table, L1; the refcount block of the tables, of which there is one; data.
    assertThat(counted).isEqualTo(3 + 1 + 1 + 3);
  }

  private static boolean contains(long[] all, long each) {
    for (long one : all) {
      if (one == each) {
        return true;
      }
    }
    return false;
  }

  @Test
  void theLargestDiskOpensWithoutAQuestionAndReadsRightAtBothEnds() throws Exception {
    SparseSource source =
        new SparseSource(5, 64 * TIB).put(0, 5000).put(31 * TIB, MIB).put(64 * TIB - 3, 3);
    DiskImage image = image(source);
    assertThat(source.questions).hasValue(0);
    Qcow2Reader reader = new Qcow2Reader(image);
    for (long offset : new long[] {0, TIB, 31 * TIB, 31 * TIB + MIB, 64 * TIB - CLUSTER}) {
      requireCluster(reader, source, offset / CLUSTER);
      assertThat(reader.find(offset) != 0).isEqualTo(offset != TIB && offset != 31 * TIB + MIB);
    }
    // Once which stretches hold data, then the few stretches that were looked into.
    assertThat(source.questions.get()).isLessThan(10);
    long frame = 0;
    var run = image.nextFrame(0);
    while (run.isPresent()) {
      frame += run.get().lengthBytes();
      run = image.nextFrame(run.get().end());
    }
    assertThat(frame).isLessThan(3 * MIB);
  }
}
