package dozo.mount.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.format.CorruptDataException;
import dozo.format.disk.Extent;
import dozo.format.manifest.RestorePointId;
import dozo.mount.trace.BootTraceStore;
import dozo.mount.trace.BootTraces;
import dozo.mount.trace.TracedDisk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PrefetcherTest {
  private static final int DISK_BYTES = 48 << 20;
  private static final int READ_BYTES = 4096;
  private static final String THREAD = "dozo-prefetch";
  private static final ReadCacheOptions OPTIONS =
      new ReadCacheOptions(64 << 20, 4 << 20, 1 << 20, 2);
  private static final TracedDisk DISK =
      new TracedDisk(
          new RestorePointId(new UUID(0x0196f3a0_1234_7000L, 1L << 63)),
          "default",
          new UUID(1, 2),
          "disk0");

  @TempDir private Path directory;

  private static MemorySource source() {
    return new MemorySource(9, DISK_BYTES, 16 << 10);
  }

  /** A process's cache. */
  private ReadCache cache(ReadCacheOptions options) {
    BootTraceStore store = new BootTraceStore(directory, Clock.systemUTC());
    return new ReadCache(options, Optional.of(new BootTraces(store)));
  }

  private static List<Long> pattern(int reads) {
    Random random = new Random(3);
    List<Long> offsets = new ArrayList<>();
    for (int i = 0; i < reads; i++) {
      offsets.add((long) random.nextInt((DISK_BYTES - READ_BYTES) / READ_BYTES) * READ_BYTES);
    }
    return offsets;
  }

  private static void boot(CachedDiskReader reader, MemorySource source, List<Long> offsets)
      throws IOException {
    for (long offset : offsets) {
      ByteBuffer target = ByteBuffer.allocate(READ_BYTES);
      reader.read(offset, target);
      assertThat(target.array()).isEqualTo(source.content(offset, READ_BYTES));
    }
  }

  private void recordBoot(List<Long> offsets) throws IOException {
    MemorySource source = source();
    try (ReadCache cache = cache(OPTIONS);
        CachedDiskReader reader = cache.open(DISK, () -> source)) {
      boot(reader, source, offsets);
    }
  }

  private static void awaitDone(ReadCache cache) {
    CountDownLatch done = new CountDownLatch(1);
    cache.whenPrefetched(_ -> done.countDown());
    await().until(() -> done.getCount() == 0);
  }

  @Test
  void bringsWhatTheBootBeforeReadSoThatNothingIsLoadedForAReader() throws IOException {
    List<Long> offsets = pattern(600);
    recordBoot(offsets);
    MemorySource early = source();
    MemorySource later = source();
    try (ReadCache cache = cache(OPTIONS)) {
      cache.prefetch(DISK, () -> early);
      awaitDone(cache);
      assertThat(early.closed).isTrue();
      assertThat(early.threads).containsExactly(THREAD);
      assertThat(early.mostFetches()).isEqualTo(1);
      try (CachedDiskReader reader = cache.open(DISK, () -> later)) {
        boot(reader, later, offsets);
      }
      assertThat(later.fetched).isEmpty();
      PrefetchStatistics statistics = cache.prefetched();
      assertThat(statistics.bytes())
          .isEqualTo(
              early.chunks().stream()
                  .filter(chunk -> early.fetches(chunk) > 0)
                  .mapToLong(Extent::lengthBytes)
                  .sum());
      assertThat(statistics.usedBytes()).isEqualTo(statistics.bytes()).isPositive();
    }
  }

  @Test
  void leavesOutWhatNoShareOfTheCacheIsLeftFor() throws IOException {
    recordBoot(pattern(2000));
    ReadCacheOptions small = new ReadCacheOptions(8 << 20, 1 << 20, 0, 1);
    try (ReadCache cache = cache(small)) {
      cache.prefetch(DISK, PrefetcherTest::source);
      awaitDone(cache);
      assertThat(cache.prefetched().bytes()).isBetween(3L << 20, 4L << 20);
      assertThat(cache.chunks().bytes()).isLessThanOrEqualTo(8 << 20);
    }
  }

  @Test
  void beginsNothingWhileAReaderLoads() throws Exception {
    recordBoot(pattern(600));
    MemorySource read = source();
    MemorySource ahead = source();
    CountDownLatch loading = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    read.beforeFetch =
        () -> {
          loading.countDown();
          awaitQuietly(release);
        };
    try (ReadCache cache = cache(OPTIONS);
        CachedDiskReader reader = cache.open(read)) {
      Thread guest =
          Thread.ofPlatform()
              .start(() -> {
                try {
                  boot(reader, read, List.of(read.chunks().getFirst().offset()));
                } catch (IOException e) {
                  throw new IllegalStateException(e);
                }
              });
      loading.await();
      cache.prefetch(DISK, () -> ahead);
      await().until(PrefetcherTest::isPrefetcherWaiting);
      assertThat(ahead.fetched).isEmpty();
      release.countDown();
      guest.join();
      awaitDone(cache);
      assertThat(ahead.fetched).isNotEmpty();
    }
  }

  private static boolean isPrefetcherWaiting() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals(THREAD))
        .anyMatch(thread -> thread.getState() == Thread.State.TIMED_WAITING);
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void endsWithTheCacheBeforeAllIsThere() throws IOException {
    recordBoot(pattern(3000));
    MemorySource source = source();
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    source.beforeFetch =
        () -> {
          fetching.countDown();
          awaitQuietly(release);
        };
    ReadCache cache = cache(OPTIONS);
    cache.prefetch(DISK, () -> source);
    awaitQuietly(fetching);
    Thread closing = Thread.ofPlatform().start(cache::close);
    await().until(() -> closing.getState() == Thread.State.TIMED_WAITING);
    release.countDown();
    await().until(() -> !closing.isAlive());
    assertThat(source.closed).isTrue();
    assertThat(source.usedAfterClose).isFalse();
    // The piece that was under way, and no other.
    assertThat(cache.prefetched().bytes()).isBetween(1L, 5L << 20);
  }

  @Test
  void leavesADamagedChunkToWhoeverReadsIt() throws IOException {
    List<Long> offsets = pattern(600);
    recordBoot(offsets);
    MemorySource source = source();
    Extent bad =
        source.chunks().stream()
            .filter(chunk -> chunk.offset() <= offsets.get(5) && chunk.end() > offsets.get(5))
            .findFirst()
            .orElse(source.chunks().getFirst());
    source.damaged.add(bad.offset());
    try (ReadCache cache = cache(OPTIONS)) {
      cache.prefetch(DISK, () -> source);
      awaitDone(cache);
      assertThat(cache.prefetched().bytes()).isPositive();
      try (CachedDiskReader reader = cache.open(source)) {
        ByteBuffer target = ByteBuffer.allocate(1);
        assertThatThrownBy(() -> reader.read(bad.offset(), target))
            .isInstanceOf(CorruptDataException.class);
      }
    }
  }

  @Test
  void recordsNothingWhereItIsNotAskedTo() throws IOException {
    try (ReadCache cache = new ReadCache(OPTIONS);
        CachedDiskReader reader = cache.open(DISK, PrefetcherTest::source)) {
      boot(reader, source(), pattern(600));
    }
    assertThat(directory).isEmptyDirectory();
  }
}
