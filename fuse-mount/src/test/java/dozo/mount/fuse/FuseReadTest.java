package dozo.mount.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.OpenFile;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FuseReadTest {
  private static final long SIZE = (64L << 20) + 12_345;

  @TempDir Path mountPoint;

  @BeforeEach
  void needsFuse() {
    RealMount.assumePossible();
  }

  @Test
  void answersSixteenRandomReadersWithTheContent() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed=" + seed);
    try (FuseMount mount =
            RealMount.open(mountPoint, FixtureTree.of("disk", new PatternFile(2, SIZE)));
        var executor = Executors.newFixedThreadPool(16)) {
      List<Future<?>> readers = new ArrayList<>();
      for (int reader = 0; reader < 16; reader++) {
        Random random = new Random(seed + reader);
        readers.add(
            executor.submit(() -> readRandomly(mount.mountPoint().resolve("disk"), random)));
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
    }
  }

  private static Void readRandomly(Path file, Random random) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      for (int i = 0; i < 200; i++) {
        long offset = random.nextLong(SIZE);
        int length = (int) Math.min(1 + random.nextInt(300_000), SIZE - offset);
        ByteBuffer buffer = ByteBuffer.allocate(length);
        while (buffer.hasRemaining() && channel.read(buffer, offset + buffer.position()) > 0) {
          assertThat(buffer.position()).isPositive();
        }
        assertThat(buffer.array()).isEqualTo(PatternFile.bytes(offset, length));
      }
    }
    return null;
  }

  @Test
  void givesSequentialReadersTheWholeFileAndItsEnd() throws Exception {
    try (FuseMount mount =
            RealMount.open(mountPoint, FixtureTree.of("disk", new PatternFile(2, SIZE)));
        var in = Files.newInputStream(mount.mountPoint().resolve("disk"))) {
      long offset = 0;
      byte[] buffer = new byte[1 << 20];
      for (int n = in.readNBytes(buffer, 0, buffer.length);
          n > 0;
          n = in.readNBytes(buffer, 0, buffer.length)) {
        assertThat(PatternFile.bytes(offset, n)).isEqualTo(Arrays.copyOf(buffer, n));
        offset += n;
      }
      assertThat(offset).isEqualTo(SIZE);
    }
  }

  @Test
  void readsWhatWasReadBeforeFromThePageCache() throws Exception {
    PatternFile file = new PatternFile(2, 4 << 20);
    try (FuseMount mount = RealMount.open(mountPoint, FixtureTree.of("disk", file))) {
      Path path = mount.mountPoint().resolve("disk");
      byte[] first = Files.readAllBytes(path);
      long reads = file.reads.get();
      assertThat(Files.readAllBytes(path)).isEqualTo(first);
      assertThat(file.reads.get()).isEqualTo(reads);
    }
  }

  @Test
  void turnsWhateverAReadThrowsIntoAnErrorAndNotIntoTheEndOfTheFile() throws Exception {
    List<Throwable> failures =
        List.of(
            new IOException("damaged"), new IllegalStateException("bug"), new StackOverflowError());
    for (Throwable failure : failures) {
      PatternFile file =
          new PatternFile(2, 16 << 20) {
            @Override
            public void read(long offset, ByteBuffer target) throws IOException {
              if (offset + target.remaining() > 1 << 20) {
                FuseReadTest.<RuntimeException>sneak(failure);
              }
              super.read(offset, target);
            }
          };
      try (FuseMount mount = RealMount.open(mountPoint, FixtureTree.of("disk", file))) {
        var dd =
            RealMount.run(
                "dd", "if=" + mount.mountPoint().resolve("disk"), "of=/dev/null", "bs=128k");
        assertThat(dd.exitCode()).as(dd.output()).isNotZero();
        assertThat(dd.output()).contains("Input/output error");
      }
    }
  }

  @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
  private static <E extends Throwable> void sneak(Throwable failure) throws E {
    throw (E) failure;
  }

  @Test
  void turnsAShortReadIntoAnError() throws Exception {
    PatternFile file =
        new PatternFile(2, 1 << 20) {
          @Override
          public void read(long offset, ByteBuffer target) {
            target.put((byte) 1);
          }
        };
    try (FuseMount mount = RealMount.open(mountPoint, FixtureTree.of("disk", file))) {
      assertThatThrownBy(() -> Files.readAllBytes(mount.mountPoint().resolve("disk")))
          .isInstanceOf(IOException.class);
    }
  }

  @Test
  void keepsListingWhileEveryReadHangs() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    CountDownLatch hanging = new CountDownLatch(MountOptions.of("x").threads() - 2);
    PatternFile file =
        new PatternFile(2, 64 << 20) {
          @Override
          public void read(long offset, ByteBuffer target) throws IOException {
            hanging.countDown();
            try {
              release.await();
            } catch (InterruptedException e) {
              throw new IOException(e);
            }
            super.read(offset, target);
          }
        };
    MountedDirectory directory = new FixtureTree(3).with("inside", new PatternFile(4, 1));
    try (FuseMount mount =
            RealMount.open(mountPoint, FixtureTree.of("disk", file).with("directory", directory));
        var executor = Executors.newFixedThreadPool(32)) {
      List<Future<byte[]>> readers = new ArrayList<>();
      for (int reader = 0; reader < 32; reader++) {
        long offset = (long) reader << 20;
        readers.add(executor.submit(() -> readAt(mount.mountPoint().resolve("disk"), offset, 100)));
      }
      hanging.await();
      var ls =
          RealMount.run("timeout", "20", "ls", mount.mountPoint().resolve("directory").toString());
      release.countDown();
      assertThat(ls).isEqualTo(new RealMount.Outcome(0, "inside\n"));
      for (int reader = 0; reader < 32; reader++) {
        assertThat(readers.get(reader).get())
            .isEqualTo(PatternFile.bytes((long) reader << 20, 100));
      }
    }
  }

  private static byte[] readAt(Path file, long offset, int length) throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      ByteBuffer buffer = ByteBuffer.allocate(length);
      channel.read(buffer, offset);
      return buffer.array();
    }
  }

  @Test
  void servesAHundredThousandRequestsOnTheSameThreads() throws Exception {
    PatternFile file = new PatternFile(2, 1L << 40);
    try (FuseMount mount = RealMount.open(mountPoint, FixtureTree.of("disk", file));
        var executor = Executors.newFixedThreadPool(4)) {
      Path path = mount.mountPoint().resolve("disk");
      executor.submit(() -> readNewBlocks(path, 1 << 20, 1_000)).get();
      long started = ManagementFactory.getThreadMXBean().getTotalStartedThreadCount();
      List<Future<?>> readers = new ArrayList<>();
      for (int reader = 0; reader < 4; reader++) {
        long first = reader * 25_000L;
        readers.add(executor.submit(() -> readNewBlocks(path, first, 25_000)));
      }
      for (Future<?> reader : readers) {
        reader.get();
      }
      assertThat(file.reads.get()).isGreaterThan(100_000);
      assertThat(RealMount.loopThreads()).isEqualTo(MountOptions.of("x").threads());
      // The pool of this test starts its other three; the compiler may start a few of its own.
      assertThat(ManagementFactory.getThreadMXBean().getTotalStartedThreadCount() - started)
          .isLessThan(30);
    }
  }

  /** Blocks that nobody read before, so that the page cache answers none of them. */
  private static Void readNewBlocks(Path path, long first, int count) throws IOException {
    try (FileChannel channel = FileChannel.open(path)) {
      ByteBuffer buffer = ByteBuffer.allocateDirect(4096);
      for (long block = first; block < first + count; block++) {
        long offset = ((block * 7919) << 12) % (1L << 40);
        channel.read(buffer.clear(), offset);
        assertThat(buffer.get(17)).isEqualTo(PatternFile.at(offset + 17));
      }
    }
    return null;
  }

  @Test
  void showsAttributesNamesAndSpace() throws Exception {
    String name = "Müller 土蔵 🏯.vhdx";
    MountedDirectory directory = new FixtureTree(77).with(name, new PatternFile(99, 1 << 20));
    try (FuseMount mount = RealMount.open(mountPoint, FixtureTree.of("ディスク", directory))) {
      Path shown = mount.mountPoint().resolve("ディスク");
      Path file = shown.resolve(name);
      assertThat(RealMount.run("stat", "-c", "%i %s %b %B %h %Y %a %F", file.toString()).output())
          .isEqualTo("99 1048576 1024 512 1 1700000000 400 regular file\n");
      assertThat(RealMount.run("stat", "-c", "%i %a %F", shown.toString()).output())
          .isEqualTo("77 500 directory\n");
      assertThat(RealMount.run("ls", "-ai", shown.toString()).output()).contains("99 " + name);
      assertThat(
              RealMount.run("df", "-B1", "--output=size,avail,itotal,fstype", mountPoint.toString())
                  .output())
          .containsPattern("10737418240 +3221225472 +7 +fuse.dozo");
      assertThatThrownBy(() -> Files.size(file.resolveSibling("absent")))
          .isInstanceOf(NoSuchFileException.class);
      assertThat(
              RealMount.run("sh", "-c", "cat \"$0\"/$(printf '\\377\\376')", mountPoint.toString())
                  .exitCode())
          .isNotZero();
    }
  }

  @Test
  void closesEveryFileThatItOpened() throws Exception {
    PatternFile file = new PatternFile(2, 1 << 20);
    FuseMount mount = RealMount.open(mountPoint, FixtureTree.of("disk", file));
    Path path = mount.mountPoint().resolve("disk");
    Files.readAllBytes(path);
    try (FileChannel stillOpen = FileChannel.open(path)) {
      assertThat(stillOpen.isOpen()).isTrue();
      mount.close();
      assertThat(file.open.get()).isZero();
    }
  }

  @Test
  void refusesToWriteToAReadOnlyMount() throws Exception {
    OpenFile file = new PatternFile(2, 1 << 20);
    try (FuseMount mount = RealMount.open(mountPoint, FixtureTree.of("disk", (PatternFile) file))) {
      var touch =
          RealMount.run(
              "dd", "if=/dev/zero", "of=" + mount.mountPoint().resolve("disk"), "count=1");
      assertThat(touch.exitCode()).isNotZero();
      assertThat(touch.output()).contains("Read-only file system");
    }
  }
}
