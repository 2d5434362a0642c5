package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that is there becomes what a restore point has. */
class InPlaceIT {

  private static final int MIB = 1 << 20;
  private static final long SIZE = 96L * MIB;

  @TempDir static Path directory;
  private static ServerProcess server;

  /** The disk on its first day, and on its second: a bit changed, a bit new, a bit a hole. */
  private static Path first;

  private static Path second;
  private static String firstPoint = "";
  private static String secondPoint = "";

  private Path target = Path.of("");

  @BeforeAll
  static void backUp() throws Exception {
    server = ServerProcess.create(directory);
    first = Cli.randomFile(directory.resolve("first.raw"), 24 * MIB, 1);
    try (RandomAccessFile disk = new RandomAccessFile(first.toFile(), "rw")) {
      disk.setLength(SIZE);
    }
    firstPoint = backUp(first);
    second = directory.resolve("second.raw");
    Files.copy(first, second);
    try (RandomAccessFile disk = new RandomAccessFile(second.toFile(), "rw")) {
      disk.seek(5 * MIB + 123);
      disk.write(noise(700, 2));
      disk.seek(60L * MIB);
      disk.write(noise(MIB, 3));
      disk.seek(12L * MIB);
      disk.write(new byte[2 * MIB]);
    }
    secondPoint = backUp(second);
  }

  private static String backUp(Path disk) {
    return server
        .cli()
        .run("backup", "--json", "--vm", "web", disk)
        .expect(ExitCode.OK)
        .member("restorePoint");
  }

  private static byte[] noise(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  @BeforeEach
  void copySecond() throws IOException {
    target = directory.resolve("target.raw");
    Files.copy(second, target, StandardCopyOption.REPLACE_EXISTING);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private Cli.Outcome rollBack(Cli cli, Object... more) {
    Object[] words = new Object[6 + more.length];
    Object[] command = {"restore", "--json", firstPoint, "disk0", "--in-place", target};
    System.arraycopy(command, 0, words, 0, command.length);
    System.arraycopy(more, 0, words, command.length, more.length);
    return cli.run(words);
  }

  private static long figure(Cli.Outcome outcome, String name) {
    return Long.parseLong(outcome.member(name));
  }

  private void assertRolledBack() throws IOException {
    assertThat(Files.mismatch(first, target)).isEqualTo(-1);
  }

  @Test
  void writesOnlyWhatDiffers() throws Exception {
    long before = Cli.allocatedBytes(target);
    Cli.Outcome outcome = rollBack(server.cli()).expect(ExitCode.OK);
    assertRolledBack();
    assertThat(figure(outcome, "fetchedBytes")).isBetween(2L * MIB, 3L * MIB);
    assertThat(figure(outcome, "zeroedBytes")).isEqualTo(MIB);
    assertThat(Cli.allocatedBytes(target)).isLessThanOrEqualTo(before - MIB);
    assertThat(figure(rollBack(server.cli()).expect(ExitCode.OK), "fetchedBytes")).isZero();
  }

  @Test
  void readsOnlyWhatDiffersFromItsBase() throws Exception {
    Cli.Outcome outcome = rollBack(server.cli(), "--base", secondPoint).expect(ExitCode.OK);
    assertRolledBack();
    assertThat(figure(outcome, "fetchedBytes")).isBetween(2L * MIB, 3L * MIB);
    assertThat(figure(outcome, "comparedBytes")).isLessThan(4L * MIB);
  }

  @Test
  void goesOnFromAnyMixtureOfBothWithABase() throws Exception {
    try (FileChannel from = FileChannel.open(first);
        FileChannel to = FileChannel.open(target, StandardOpenOption.WRITE)) {
      from.transferTo(0, 6L * MIB, to);
    }
    rollBack(server.cli(), "--base", secondPoint).expect(ExitCode.OK);
    assertRolledBack();
  }

  /** Wherever a sample is taken, a change is near. */
  @Test
  void takesNoChangeForAHoleBesideIt() throws Exception {
    Path holes = directory.resolve("holes.raw");
    Path scattered = directory.resolve("scattered.raw");
    try (RandomAccessFile file = new RandomAccessFile(holes.toFile(), "rw");
        RandomAccessFile disk = new RandomAccessFile(scattered.toFile(), "rw")) {
      file.setLength(16L * MIB);
      disk.setLength(16L * MIB);
      for (int offset = 128 << 10; offset < 16 * MIB; offset += 256 << 10) {
        disk.seek(offset);
        disk.write(noise(64 << 10, offset));
      }
    }
    String empty = backUp(holes);
    String base = backUp(scattered);
    server
        .cli()
        .run("restore", empty, "disk0", "--in-place", scattered, "--base", base)
        .expect(ExitCode.OK);
    assertThat(Files.mismatch(holes, scattered)).isEqualTo(-1);
  }

  @Test
  void refusesABaseThatTheTargetDoesNotHold() throws Exception {
    try (RandomAccessFile disk = new RandomAccessFile(target.toFile(), "rw")) {
      disk.seek(12L * MIB + 77);
      disk.write(1);
    }
    byte[] before = Files.readAllBytes(target);
    assertThat(rollBack(server.cli(), "--base", secondPoint).expect(ExitCode.WRONG_CHANGES).err())
        .contains("nothing was written", "--base");
    assertThat(Files.readAllBytes(target)).isEqualTo(before);
    rollBack(server.cli()).expect(ExitCode.OK);
    assertRolledBack();
  }

  @Test
  void findsATargetThatIsAnotherDiskBySamples() throws Exception {
    Files.write(target, noise((int) SIZE, 9));
    rollBack(server.cli(), "--base", secondPoint).expect(ExitCode.WRONG_CHANGES);
  }

  @Test
  void tellsInADryRunWhatItWouldWrite() throws Exception {
    Cli.Outcome outcome = rollBack(server.cli(), "--dry-run").expect(ExitCode.OK);
    assertThat(figure(outcome, "fetchedBytes")).isBetween(2L * MIB, 3L * MIB);
    assertThat(Files.mismatch(second, target)).isEqualTo(-1);
  }

  @Test
  void changesTheSizeOfAFileOnlyWhenTold() throws Exception {
    try (FileChannel file = FileChannel.open(target, StandardOpenOption.WRITE)) {
      file.truncate(10L * MIB + 5);
    }
    assertThat(rollBack(server.cli()).expect(ExitCode.FAILURE).err()).contains("--resize");
    rollBack(server.cli(), "--resize").expect(ExitCode.OK);
    assertRolledBack();
    try (FileChannel file = FileChannel.open(target, StandardOpenOption.WRITE)) {
      file.write(java.nio.ByteBuffer.wrap(noise(100, 4)), SIZE + 1000);
    }
    rollBack(server.cli()).expect(ExitCode.FAILURE);
    rollBack(server.cli(), "--resize").expect(ExitCode.OK);
    assertRolledBack();
  }

  @Test
  void refusesAFileThatIsLocked() throws Exception {
    try (FileChannel file = FileChannel.open(target, StandardOpenOption.WRITE);
        var lock = file.lock()) {
      assertThat(lock.isValid()).isTrue();
      assertThat(rollBack(server.cli()).expect(ExitCode.FAILURE).err()).contains("in use");
    }
    assertThat(Files.mismatch(second, target)).isEqualTo(-1);
  }

  @Test
  void refusesToMakeAnythingThatIsNotThere() {
    target = directory.resolve("nothing.raw");
    rollBack(server.cli()).expect(ExitCode.FAILURE);
    assertThat(target).doesNotExist();
  }

  @Test
  void writesABlockDeviceThatNobodyUses() throws Exception {
    Optional<Tool> losetup = Tool.find("losetup");
    assumeTrue(losetup.isPresent() && "root".equals(System.getProperty("user.name")));
    Path file = target;
    String device;
    try {
      device = losetup.get().run(null, "--find", "--show", file.toString()).strip();
    } catch (IOException | IllegalStateException e) {
      assumeTrue(false, "There are no loop devices here");
      return;
    }
    try {
      assertThat(rollBack(server.cli()).expect(ExitCode.FAILURE).err()).contains(device);
      target = Path.of(device);
      rollBack(server.cli(), "--base", secondPoint).expect(ExitCode.OK);
      assertThat(rollBack(server.cli()).expect(ExitCode.OK).member("fetchedBytes")).isEqualTo("0");
    } finally {
      losetup.get().run(null, "--detach", device);
    }
    assertThat(Files.mismatch(first, file)).isEqualTo(-1);
  }

  @Test
  void needsNoServer() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    try (ServerProcess stopped = ServerProcess.create(other)) {
      String point =
          stopped
              .cli()
              .run("backup", "--json", "--vm", "web", first)
              .expect(ExitCode.OK)
              .member("restorePoint");
      stopped.cli().run("backup", "--vm", "web", second).expect(ExitCode.OK);
      assertThat(stopped.end()).isZero();
      Cli local = stopped.local();
      local
          .run("restore", point, "disk0", "--in-place", target, "--base", "web")
          .expect(ExitCode.OK);
      assertRolledBack();
    }
  }
}
