package dozo.mount.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedFile;
import dozo.mount.fs.OpenFile;
import dozo.mount.fuse.FuseMount;
import dozo.mount.fuse.MountOptions;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Neither threads nor handles nor memory grow with the number of requests. {@code ./dozo test
 * --long requests} makes ten million of them.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ManyRequestsIT {
  /** How many reads there are, before which a tenth of them warms up. */
  private static final long REQUESTS = Long.getLong("dozo.requests", 100_000);

  /** A read through the kernel takes ten times as long and more. */
  private static final long REQUESTS_OF_KERNEL = Long.getLong("dozo.requests.fuse", REQUESTS / 5);

  private static final int WARM_UPS = 20_000;
  private static final int READERS = 4;
  private static final int DISK_BYTES = 48 << 20;

  /** Reads are of one page to this much, at any page. */
  private static final int MAX_READ_BYTES = 16 << 10;

  /** What reads around the kernel's cache are made of. */
  private static final int PAGE_BYTES = 4096;

  /** What most reads are of, so that they are found in the cache; the others are anywhere. */
  private static final int HOT_BYTES = 6 << 20;

  private static final int READS_ANYWHERE = 10;

  /** A file is opened and closed so many times as often as it is read. */
  private static final int READS_AN_OPEN = 100;

  /** Holds a fifth of the disk, so that both hits and misses are among the reads. */
  private static final ReadCacheOptions CACHE = new ReadCacheOptions(10 << 20, 4 << 20, 2 << 20, 2);

  /** What may come: a collector's or compiler's thread, a file that a library opens once. */
  private static final int MORE_THREADS = 2;

  private static final int MORE_HANDLES = 2;

  /** What caches and the JVM's own tables may still gain; a leak of 64 bytes a read is more. */
  private static final long MORE_HEAP_BYTES = 4 << 20;

  /** The JVM's compiled code, and arenas of its compilers and of the allocator. */
  private static final long MORE_NATIVE_BYTES = 64 << 20;

  private byte[] content = {};

  @TempDir private Path directory;

  @BeforeAll
  void fillDisk() {
    content = new byte[DISK_BYTES];
    new Random(1).nextBytes(content);
  }

  /** Something that can be opened and read, as a guest does. */
  @FunctionalInterface
  private interface Opener {
    Reader open() throws IOException;
  }

  private interface Reader extends AutoCloseable {
    void read(long offset, ByteBuffer target) throws IOException;

    @Override
    void close() throws IOException;
  }

  @Test
  void nothingGrowsInTheTreeOfFiles() throws Exception {
    try (StoredPoint stored = StoredPoint.of(directory.resolve("repository"), content, 0);
        ReadCache cache = new ReadCache(CACHE)) {
      MountedDirectory root =
          RestorePointTree.ofOne(stored.point(), stored, ShownFaces.USUAL, cache).root();
      MountedFile file = (MountedFile) root.child("disk0.raw").orElseThrow();
      compare("tree", REQUESTS, () -> opened(file.open()));
    }
  }

  private static Reader opened(OpenFile file) {
    return new Reader() {
      @Override
      public void read(long offset, ByteBuffer target) throws IOException {
        file.read(offset, target);
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Test
  void nothingGrowsBeneathTheKernel() throws Exception {
    assumeThat(Path.of("/dev/fuse")).as("without it mounts are NOT tested").isWritable();
    Path mountPoint = Files.createDirectory(directory.resolve("mount"));
    try (StoredPoint stored = StoredPoint.of(directory.resolve("repository"), content, 0);
        ReadCache cache = new ReadCache(CACHE);
        FuseMount mount =
            FuseMount.open(
                mountPoint,
                RestorePointTree.ofOne(stored.point(), stored, ShownFaces.USUAL, cache),
                MountOptions.of("test"))) {
      Path file = mount.mountPoint().resolve("disk0.raw");
      OpenOption direct = aroundTheCache();
      compare(
          "kernel",
          REQUESTS_OF_KERNEL,
          () -> opened(FileChannel.open(file, StandardOpenOption.READ, direct)));
    }
  }

  /**
   * The option that makes each read reach the mount. It is looked up by its name, since the
   * compiler warns of everything in its package.
   */
  private static OpenOption aroundTheCache() throws ReflectiveOperationException {
    Class<?> options = Class.forName("com.sun.nio.file.ExtendedOpenOption");
    return (OpenOption) options.getField("DIRECT").get(null);
  }

  private static Reader opened(FileChannel file) {
    return new Reader() {
      @Override
      public void read(long offset, ByteBuffer target) throws IOException {
        file.read(target, offset);
        if (target.hasRemaining()) {
          throw new EOFException("A read at " + offset + " lacks " + target.remaining() + " bytes");
        }
      }

      @Override
      public void close() throws IOException {
        file.close();
      }
    };
  }

  @Test
  void theBoundsNoticeAHandleThatStaysOpen() throws Exception {
    try (StoredPoint stored = StoredPoint.of(directory.resolve("repository"), content, 0);
        ReadCache cache = new ReadCache(CACHE)) {
      MountedDirectory root =
          RestorePointTree.ofOne(stored.point(), stored, ShownFaces.USUAL, cache).root();
      MountedFile file = (MountedFile) root.child("disk0.raw").orElseThrow();
      List<FileChannel> leaked = new ArrayList<>();
      assertThatThrownBy(() ->
              compare(
                  "leak",
                  5_000,
                  () -> {
                    synchronized (leaked) {
                      leaked.add(FileChannel.open(Path.of("/dev/null")));
                    }
                    return opened(file.open());
                  }))
          .isInstanceOf(AssertionError.class)
          .hasMessageContaining("handles");
      for (FileChannel each : leaked) {
        each.close();
      }
    }
  }

  private void compare(String what, long requests, Opener opener) throws Exception {
    try (ExecutorService readers = Executors.newFixedThreadPool(READERS)) {
      read(readers, Math.max(WARM_UPS, requests / 10), opener);
      Footprint before = Footprint.now();
      long begin = System.nanoTime();
      read(readers, requests, opener);
      double seconds = (System.nanoTime() - begin) / 1e9;
      Footprint after = Footprint.now();
      System.out.printf(
          "%s requests=%d seconds=%.1f before: %s after: %s%n",
          what, requests, seconds, before, after);
      assertThat(after.threads())
          .as("threads")
          .isLessThanOrEqualTo(before.threads() + MORE_THREADS);
      assertThat(after.handles())
          .as("handles")
          .isLessThanOrEqualTo(before.handles() + MORE_HANDLES);
      assertThat(after.heapBytes())
          .as("live heap")
          .isLessThanOrEqualTo(before.heapBytes() + MORE_HEAP_BYTES);
      assertThat(after.nativeBytes())
          .as("resident memory beside the heap")
          .isLessThanOrEqualTo(before.nativeBytes() + MORE_NATIVE_BYTES);
    }
  }

  private void read(ExecutorService readers, long requests, Opener opener)
      throws InterruptedException, ExecutionException {
    List<Future<?>> all = new ArrayList<>();
    for (int i = 0; i < READERS; i++) {
      SplittableRandom random = new SplittableRandom(i);
      all.add(
          readers.submit(() -> {
            ByteBuffer target =
                ByteBuffer.allocateDirect(MAX_READ_BYTES + PAGE_BYTES).alignedSlice(PAGE_BYTES);
            for (long left = requests / READERS; left > 0; left -= READS_AN_OPEN) {
              readSome(opener, random, target);
            }
            return true;
          }));
    }
    for (Future<?> each : all) {
      each.get();
    }
  }

  private void readSome(Opener opener, SplittableRandom random, ByteBuffer target)
      throws IOException {
    try (Reader reader = opener.open()) {
      for (int i = 0; i < READS_AN_OPEN; i++) {
        int length = PAGE_BYTES * (1 + random.nextInt(MAX_READ_BYTES / PAGE_BYTES));
        int within = random.nextInt(READS_ANYWHERE) == 0 ? DISK_BYTES : HOT_BYTES;
        long offset = random.nextLong((within - length) / PAGE_BYTES) * PAGE_BYTES;
        reader.read(offset, target.clear().limit(length));
        int at = random.nextInt(length);
        assertThat(target.get(at)).isEqualTo(content[(int) offset + at]);
      }
    }
  }
}
