package dozo.mount.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.mount.fuse.FuseMount.End;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FuseMountTest {
  private static final FixtureTree TREE = FixtureTree.of("disk", new PatternFile(2, 256 << 20));

  @TempDir Path directory;
  private Path mountPoint;

  @BeforeEach
  void needsFuse() throws IOException {
    RealMount.assumePossible();
    mountPoint = Files.createDirectory(directory.resolve("mount point \\ 1"));
  }

  @AfterEach
  void leavesNothingBehind() throws IOException {
    if (mountPoint != null) {
      assertThat(MountTable.read().at(mountPoint)).isEmpty();
      assertThat(RealMount.loopThreads()).isZero();
    }
  }

  @Test
  void isListedUntilItIsClosedTwice() throws Exception {
    FuseMount mount = FuseMount.open(mountPoint, TREE, MountOptions.of("vm/web, disk"));
    assertThat(MountTable.read().at(mountPoint))
        .hasValueSatisfying(entry -> {
          assertThat(entry.isOurs()).isTrue();
          assertThat(entry.source()).isEqualTo("vm/web__disk");
        });
    mount.close();
    mount.close();
    assertThat(mount.awaitUnmount()).isEqualTo(End.CLOSED);
    assertThat(mountPoint).isEmptyDirectory();
  }

  @Test
  void endsWhenSomeoneElseUnmounts() throws Exception {
    FuseMount mount = RealMount.open(mountPoint, TREE);
    assertThat(RealMount.run("fusermount", "-u", mountPoint.toString()).exitCode()).isZero();
    assertThat(mount.awaitUnmount()).isEqualTo(End.UNMOUNTED);
    mount.close();
  }

  @Test
  void leavesAMountAloneThatTookItsPlace() throws Exception {
    FuseMount first = RealMount.open(mountPoint, TREE);
    FuseMount.unmount(mountPoint);
    assertThat(first.awaitUnmount()).isEqualTo(End.UNMOUNTED);
    try (FuseMount second = RealMount.open(mountPoint, TREE)) {
      first.close();
      assertThat(second.mountPoint().resolve("disk")).exists();
    }
  }

  @Test
  void closesUnderActiveReadersWhoGetErrors() throws Exception {
    FuseMount mount = RealMount.open(mountPoint, TREE);
    CountDownLatch reading = new CountDownLatch(8);
    try (var executor = Executors.newFixedThreadPool(8)) {
      List<Future<Void>> readers = new ArrayList<>();
      for (int reader = 0; reader < 8; reader++) {
        long start = reader * 4096L;
        readers.add(
            executor.submit(() -> readUntilItFails(mountPoint.resolve("disk"), start, reading)));
      }
      reading.await();
      mount.close();
      assertThat(mount.awaitUnmount()).isEqualTo(End.CLOSED);
      for (Future<Void> reader : readers) {
        assertThatThrownBy(reader::get)
            .isInstanceOf(ExecutionException.class)
            .hasCauseInstanceOf(IOException.class);
      }
    }
  }

  private static Void readUntilItFails(Path file, long start, CountDownLatch reading)
      throws IOException {
    try (FileChannel channel = FileChannel.open(file)) {
      for (long offset = start; ; offset = (offset + (8 << 12)) % (256 << 20)) {
        ByteBuffer buffer = ByteBuffer.allocate(4096);
        channel.read(buffer, offset);
        assertThat(buffer.get(0)).isEqualTo(PatternFile.at(offset));
        reading.countDown();
      }
    }
  }

  private Process mountElsewhere() throws IOException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                System.getProperty("java.class.path"),
                MountUntilKilled.class.getName(),
                mountPoint.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
    assertThat(output.readLine()).isEqualTo("mounted");
    return process;
  }

  @Test
  void clearsAMountWhoseProcessWasKilled() throws Exception {
    mountElsewhere().destroyForcibly().waitFor();
    assertThat(MountProbe.probe(mountPoint)).isEqualTo(MountProbe.DEAD);
    try (FuseMount mount = RealMount.open(mountPoint, TREE)) {
      assertThat(mount.mountPoint().resolve("disk")).hasSize(256 << 20);
    }
  }

  @Test
  void unmountsWhatAStoppedProcessServes() throws Exception {
    Process process = mountElsewhere();
    try {
      RealMount.run("kill", "-STOP", String.valueOf(process.pid()));
      CompletableFuture<Void> unmounted =
          CompletableFuture.runAsync(() -> {
            try {
              FuseMount.unmount(mountPoint);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
      assertThat(unmounted).succeedsWithin(Duration.ofSeconds(30));
      assertThat(MountTable.read().at(mountPoint)).isEmpty();
    } finally {
      process.destroyForcibly().waitFor();
    }
  }

  /** Mounts, says so, and stays. */
  static final class MountUntilKilled {
    private MountUntilKilled() {}

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws Exception {
      FuseMount mount = RealMount.open(Path.of(args[0]), TREE);
      System.out.println("mounted");
      mount.awaitUnmount();
    }
  }

  @Test
  void mountsTwoFileSystemsAtOnce() throws Exception {
    Path other = Files.createDirectory(directory.resolve("土蔵"));
    try (FuseMount first = RealMount.open(mountPoint, TREE)) {
      try (FuseMount second =
          RealMount.open(other, FixtureTree.of("other", new PatternFile(2, 1)))) {
        assertThat(second.mountPoint().resolve("other")).exists();
      }
      assertThat(first.mountPoint().resolve("disk")).exists();
    }
  }

  @Test
  void refusesAPlaceThatIsMountedOn() throws Exception {
    try (FuseMount mount = RealMount.open(mountPoint, TREE)) {
      assertThatThrownBy(() -> RealMount.open(mountPoint, TREE))
          .isInstanceOf(MountException.class)
          .hasMessageContaining("is already a mount point (fuse.dozo test)");
      assertThat(mount.mountPoint().resolve("disk")).exists();
    }
  }
}
