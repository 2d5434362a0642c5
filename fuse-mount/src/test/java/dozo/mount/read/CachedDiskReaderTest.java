package dozo.mount.read;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.format.CorruptDataException;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

final class CachedDiskReaderTest {
  private static final ReadCacheOptions SMALL =
      new ReadCacheOptions(ReadCacheOptions.MIN_CHUNK_BYTES, 1 << 20, 2 << 20, 2);
  private static final ReadCacheOptions NO_READ_AHEAD =
      new ReadCacheOptions(ReadCacheOptions.MIN_CHUNK_BYTES, 1 << 20, 0, 1);

  private static byte[] read(CachedDiskReader reader, long offset, int length) throws IOException {
    ByteBuffer target = ByteBuffer.allocateDirect(length + 20).position(10).limit(length + 10);
    reader.read(offset, target);
    assertThat(target.remaining()).isZero();
    byte[] bytes = new byte[length];
    target.get(10, bytes);
    return bytes;
  }

  @Test
  void readsWhatTheSourceHoldsWhoeverReadsItAndHow() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed=" + seed);
    MemorySource source = new MemorySource(seed, 50 << 20, 16 << 10);
    try (ReadCache cache = new ReadCache(SMALL);
        CachedDiskReader reader = cache.open(source);
        var executor = Executors.newFixedThreadPool(8)) {
      List<Future<?>> readers = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Random random = new Random(seed + i);
        readers.add(executor.submit(() -> readMixed(reader, source, random)));
      }
      for (Future<?> each : readers) {
        each.get();
      }
      assertThat(cache.chunks().bytes()).isLessThanOrEqualTo(SMALL.chunkBytes());
    }
    assertThat(source.closed).isTrue();
  }

  private static Void readMixed(CachedDiskReader reader, MemorySource source, Random random)
      throws IOException {
    for (int i = 0; i < 100; i++) {
      int length = 1 + random.nextInt(1 << random.nextInt(21));
      long offset = random.nextLong(source.sizeBytes() - length + 1);
      for (int piece = 0; piece < 8 && offset + length <= source.sizeBytes(); piece++) {
        assertThat(read(reader, offset, length)).isEqualTo(source.content(offset, length));
        offset += length;
      }
    }
    return null;
  }

  @Test
  void readsTheWholeDiskInOnePiece() throws IOException {
    MemorySource source = new MemorySource(1, 20 << 20, 1000);
    try (ReadCache cache = new ReadCache(SMALL);
        CachedDiskReader reader = cache.open(source)) {
      assertThat(read(reader, 0, 20 << 20)).isEqualTo(source.content(0, 20 << 20));
      assertThat(source.mostFetches()).isEqualTo(1);
      assertThat(read(reader, 20 << 20, 0)).isEmpty();
    }
  }

  @Test
  void refusesRangesThatAreNotOnTheDisk() {
    MemorySource source = new MemorySource(1, 1 << 20, 1000);
    try (ReadCache cache = new ReadCache(SMALL);
        CachedDiskReader reader = cache.open(source)) {
      assertThatThrownBy(() -> read(reader, (1 << 20) - 1, 2))
          .isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> read(reader, -1, 1)).isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void namesTheChunkThatFailsAndTriesItAgain() throws IOException {
    MemorySource source = new MemorySource(2, 1 << 20, 16 << 10);
    Extent chunk = source.chunks().get(3);
    source.damaged.add(chunk.offset());
    try (ReadCache cache = new ReadCache(NO_READ_AHEAD);
        CachedDiskReader reader = cache.open(source)) {
      ByteBuffer target = ByteBuffer.allocate(1 << 20);
      assertThatThrownBy(() -> reader.read(0, target))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining(chunk.id().toString());
      assertThat(target.position()).isZero();
      source.damaged.clear();
      assertThat(read(reader, 0, 1 << 20)).isEqualTo(source.content(0, 1 << 20));
      assertThat(source.fetches(chunk)).isEqualTo(3);
    }
  }

  @Test
  void doesNotLetADamagedChunkTakeOthersAlong() throws Exception {
    MemorySource source = new MemorySource(3, 1 << 20, 16 << 10);
    Extent bad = source.chunks().get(4);
    Extent good = source.chunks().get(2);
    source.damaged.add(bad.offset());
    CountDownLatch fetching = new CountDownLatch(1);
    CountDownLatch release = new CountDownLatch(1);
    source.beforeFetch =
        () -> {
          fetching.countDown();
          awaitQuietly(release);
        };
    try (ReadCache cache = new ReadCache(NO_READ_AHEAD);
        CachedDiskReader reader = cache.open(source);
        var executor = Executors.newFixedThreadPool(2)) {
      Future<byte[]> both = executor.submit(() -> read(reader, 0, 1 << 20));
      fetching.await();
      Future<byte[]> alone =
          executor.submit(() -> read(reader, good.offset(), (int) good.lengthBytes()));
      release.countDown();
      assertThat(alone.get()).isEqualTo(source.content(good.offset(), (int) good.lengthBytes()));
      assertThatThrownBy(both::get).hasCauseInstanceOf(CorruptDataException.class);
      assertThat(source.fetches(good)).isLessThanOrEqualTo(2);
    }
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void loadsAChunkOnceForAllWhoWait() throws Exception {
    MemorySource source = new MemorySource(4, 1 << 20, 64 << 10);
    Extent chunk = source.chunks().getFirst();
    CountDownLatch release = new CountDownLatch(1);
    source.beforeFetch = () -> awaitQuietly(release);
    List<Thread> readers = new ArrayList<>();
    try (ReadCache cache = new ReadCache(NO_READ_AHEAD);
        CachedDiskReader reader = cache.open(source)) {
      for (int i = 0; i < 16; i++) {
        readers.add(
            Thread.ofPlatform()
                .start(() -> {
                  try {
                    assertThat(read(reader, chunk.offset(), 1))
                        .isEqualTo(source.content(chunk.offset(), 1));
                  } catch (IOException e) {
                    throw new IllegalStateException(e);
                  }
                }));
      }
      await().until(() -> readers.stream().allMatch(it -> it.getState() == Thread.State.WAITING));
      release.countDown();
      for (Thread each : readers) {
        each.join();
      }
      assertThat(source.mostFetches()).isEqualTo(1);
    }
  }

  @Test
  void sharesChunksBetweenDisks() throws IOException {
    MemorySource first = new MemorySource(5, 1 << 20, 16 << 10);
    MemorySource second = new MemorySource(5, 1 << 20, 16 << 10);
    try (ReadCache cache = new ReadCache(NO_READ_AHEAD);
        CachedDiskReader one = cache.open(first);
        CachedDiskReader other = cache.open(second)) {
      assertThat(read(one, 0, 1 << 20)).isEqualTo(read(other, 0, 1 << 20));
      assertThat(second.fetched).isEmpty();
    }
  }

  @Test
  void runsAheadOfSequentialReadersOnly() throws IOException {
    MemorySource source = new MemorySource(6, 16 << 20, 16 << 10);
    try (ReadCache cache = new ReadCache(SMALL);
        CachedDiskReader reader = cache.open(source)) {
      Random random = new Random(6);
      for (int i = 0; i < 500; i++) {
        read(reader, random.nextLong((16 << 20) - 4096) & -4096, 4096);
      }
      assertThat(source.threads).containsExactly(Thread.currentThread().getName());
      for (long offset = 0; offset < 4 << 20; offset += 128 << 10) {
        assertThat(read(reader, offset, 128 << 10)).isEqualTo(source.content(offset, 128 << 10));
      }
      await().until(() -> source.threads.size() > 1);
      assertThat(source.threads).anyMatch(name -> name.startsWith("dozo-read-ahead-"));
    }
  }

  @Test
  void leavesItsSourceAloneOnceItIsClosed() throws IOException {
    for (int round = 0; round < 20; round++) {
      MemorySource source = new MemorySource(7, 16 << 20, 16 << 10);
      try (ReadCache cache = new ReadCache(SMALL)) {
        CachedDiskReader reader = cache.open(source);
        read(reader, 0, 1 << 20);
        reader.close();
        reader.close();
        assertThat(source.closed).isTrue();
      }
      assertThat(source.usedAfterClose).isFalse();
    }
  }
}
