package dozo.mount.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.mount.fs.NodeAttributes;
import dozo.mount.fuse.FuseMount.End;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a mount still does while nothing comes from where its data is. */
final class HungBackEndTest {
  private static final int PATIENCE_SECONDS = 30;
  private static final int DIRECTORIES = 16;

  /** As many look-ups as may wait with the usual number of threads. */
  private static final int WAITING = 7;

  /** As many reads. */
  private static final int READING = 6;

  @TempDir private Path directory;
  private final CountDownLatch entered = new CountDownLatch(WAITING);
  private final CountDownLatch answers = new CountDownLatch(1);
  private final ExecutorService readers = Executors.newCachedThreadPool();
  private Path mountPoint;

  @BeforeEach
  void needsFuse() throws IOException {
    RealMount.assumePossible();
    mountPoint = Files.createDirectory(directory.resolve("mnt"));
  }

  @AfterEach
  void leavesNothingBehind() throws Exception {
    answers.countDown();
    readers.shutdown();
    assertThat(readers.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    if (mountPoint != null) {
      assertThat(MountTable.read().at(mountPoint)).isEmpty();
      assertThat(RealMount.loopThreads()).isZero();
    }
  }

  private void hang() {
    entered.countDown();
    try {
      answers.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Hangs when it is looked up, as a VHDX does whose size has to be found out. */
  private final class Unknown extends PatternFile {
    Unknown(long inode) {
      super(inode, 1 << 20);
    }

    @Override
    public NodeAttributes attributes() {
      hang();
      return super.attributes();
    }
  }

  /** Hangs when it is read. */
  private final class Unreadable extends PatternFile {
    private final CountDownLatch read = new CountDownLatch(READING);

    Unreadable() {
      super(2, 64 << 20);
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      read.countDown();
      hang();
      throw new IOException("there is nobody to read from");
    }
  }

  private static void assertEnds(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).inheritIO().start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .as("%s ended", List.of(command))
          .isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void isListedFromAboveWhileLookUpsHang() throws Exception {
    FixtureTree tree = new FixtureTree(1);
    for (int i = 0; i < DIRECTORIES; i++) {
      // The kernel looks up one name at a time in a directory.
      tree.with("vm" + i, new FixtureTree(10 + i).with("disk", new Unknown(100 + i)));
    }
    MountOptions usual = MountOptions.of("test");
    MountOptions forgetful =
        new MountOptions(
            usual.source(),
            usual.writable(),
            usual.allowOther(),
            usual.owner(),
            usual.fileMode(),
            usual.allowNonEmpty(),
            usual.forbiddenRoots(),
            WAITING + 1,
            usual.readAheadBytes(),
            Duration.ZERO);
    try (FuseMount _ = FuseMount.open(mountPoint, tree, forgetful)) {
      List<Future<Long>> sizes = new ArrayList<>();
      for (int i = 0; i < DIRECTORIES; i++) {
        Path file = mountPoint.resolve("vm" + i).resolve("disk");
        sizes.add(readers.submit(() -> Files.size(file)));
      }
      assertThat(entered.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
      assertEnds("ls", "-la", directory.toString());
      assertEnds("stat", mountPoint.toString());
      assertEnds("stat", "--file-system", mountPoint.toString());
      answers.countDown();
      for (Future<Long> size : sizes) {
        assertThat(size.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(1 << 20);
      }
    }
  }

  @Test
  void isUnmountedFromOutsideUnderReadersThatHang() throws Exception {
    Unreadable disk = new Unreadable();
    FuseMount mount = RealMount.open(mountPoint, FixtureTree.of("disk", disk));
    mount.onEnding(answers::countDown);
    List<Future<Integer>> reads = new ArrayList<>();
    for (int i = 0; i < DIRECTORIES; i++) {
      long offset = i * (4L << 20);
      reads.add(
          readers.submit(() -> {
            try (FileChannel channel = FileChannel.open(mountPoint.resolve("disk"))) {
              return channel.read(ByteBuffer.allocate(4096), offset);
            }
          }));
    }
    assertThat(disk.read.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    assertThat(FuseMount.unmountUnlessBusy(mountPoint)).isFalse();
    assertEnds("ls", "-la", directory.toString());
    Future<?> unmounting =
        readers.submit(() -> {
          FuseMount.unmount(mountPoint);
          return null;
        });
    unmounting.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    for (Future<Integer> read : reads) {
      assertThatThrownBy(() -> read.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasCauseInstanceOf(IOException.class);
    }
    Future<End> end = readers.submit(mount::awaitUnmount);
    assertThat(end.get(PATIENCE_SECONDS, TimeUnit.SECONDS)).isEqualTo(End.UNMOUNTED);
    mount.close();
  }

  @Test
  void tellsAtOnceWhatIsToBeDoneWhenItHasEnded() throws Exception {
    FuseMount mount = RealMount.open(mountPoint, FixtureTree.of("disk", new PatternFile(2, 1)));
    mount.close();
    mount.onEnding(answers::countDown);
    assertThat(answers.getCount()).isZero();
  }
}
