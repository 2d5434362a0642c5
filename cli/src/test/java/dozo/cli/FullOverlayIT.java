package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Overlays on real file systems that fill up, and on one that fails. */
class FullOverlayIT {
  private static final int MIB = 1 << 20;
  private static final int DISK_BYTES = 64 * MIB;
  private static final long FILE_SYSTEM_BYTES = 48L * MIB;
  private static final int BALLAST_BYTES = 16 * MIB;

  @TempDir private Path directory;
  private ServerProcess server;
  private Cli cli;
  private @Nullable SmallFileSystem small;
  private MountProcesses mounts;
  private Path mountPoint;
  private Path guestDisk;

  /** What the guest's disk has to hold. */
  private Path expected;

  @BeforeEach
  void backUp() throws Exception {
    assumeThat(Path.of("/dev/fuse")).as("without it mounts are NOT tested").isWritable();
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    expected = Cli.randomFile(directory.resolve("disk.raw"), DISK_BYTES, 5);
    server.cli().run("backup", "--vm", "web", expected).expect(ExitCode.OK);
    mountPoint = Files.createDirectory(directory.resolve("mnt"));
    guestDisk = mountPoint.resolve("disk0.raw");
    cli =
        server
            .cli()
            .with("DOZO_OVERLAYS", directory.resolve("small/overlays").toString())
            .with("DOZO_RUNTIME", directory.resolve("run").toString());
    mounts = new MountProcesses(cli, directory);
  }

  private SmallFileSystem mountOver(SmallFileSystem.Kind kind) throws IOException {
    SmallFileSystem made =
        SmallFileSystem.create(kind, directory.resolve("small"), FILE_SYSTEM_BYTES);
    small = made;
    mount();
    return made;
  }

  private void mount() throws IOException {
    mounts.mount("web", mountPoint, "--writable", "--face", "raw");
  }

  @AfterEach
  void stop() throws Exception {
    if (mounts != null) {
      mounts.close();
    }
    if (small != null) {
      small.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private static byte[] piece(int number) {
    byte[] bytes = new byte[MIB];
    new Random(number).nextBytes(bytes);
    return bytes;
  }

  /** Writes a piece as a guest does that wants to be sure, and notes it once that is done. */
  private void write(int number) throws IOException {
    write(guestDisk, number);
    write(expected, number);
  }

  private static void write(Path file, int number) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek((long) number * MIB);
      open.write(piece(number));
      open.getFD().sync();
    }
  }

  /** Writes pieces until one fails; returns its number. */
  private int fill() throws IOException {
    for (int number = 0; number < DISK_BYTES / MIB; number++) {
      try {
        write(number);
      } catch (IOException e) {
        assertThat(e).hasMessageContaining("No space left");
        return number;
      }
    }
    throw new AssertionError("the file system never filled up");
  }

  private void requireSameBut(int number) throws IOException {
    try (RandomAccessFile left = new RandomAccessFile(guestDisk.toFile(), "r");
        RandomAccessFile right = new RandomAccessFile(expected.toFile(), "r")) {
      byte[] one = new byte[MIB];
      byte[] other = new byte[MIB];
      for (int at = 0; at < DISK_BYTES / MIB; at++) {
        left.readFully(one);
        right.readFully(other);
        assertThat(at == number || Arrays.equals(one, other)).as("piece %d", at).isTrue();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void losesNothingWhenItsFileSystemIsFullAndGoesOnWhenThereIsRoom(SmallFileSystem.Kind kind)
      throws Exception {
    SmallFileSystem full = mountOver(kind);
    Path ballast = Files.write(full.directory().resolve("ballast"), new byte[BALLAST_BYTES]);
    int failed = fill();
    assertThat(failed).isGreaterThan(8);
    awaitState("full");
    assertThat(cli.run("mounts").expect(ExitCode.OK).err()).contains("is full", "What to do");
    // What is there already takes no more room.
    write(expected, 0);
    write(guestDisk, 0);
    requireSameBut(failed);
    // Nor does opening it again, even after a kill.
    mounts.kill();
    mount();
    requireSameBut(failed);
    assertThatThrownBy(() -> write(guestDisk, failed)).hasMessageContaining("No space left");
    Files.delete(ballast);
    write(failed);
    write(failed + 4);
    awaitState("serving");
    assertThat(Files.mismatch(expected, guestDisk)).isEqualTo(-1);
    cli.run("unmount", mountPoint).expect(ExitCode.OK);
    mount();
    assertThat(Files.mismatch(expected, guestDisk)).isEqualTo(-1);
  }

  @Test
  void isOutOfUseOnAFileSystemThatFailedAndWholeWhenThatIsRepaired() throws Exception {
    SmallFileSystem failing = mountOver(SmallFileSystem.Kind.EXT4);
    for (int number = 0; number < 8; number++) {
      write(number);
    }
    failing.fail();
    assertThatThrownBy(() -> write(guestDisk, 9)).isInstanceOf(IOException.class);
    // What may not have been written is not shown as if it had.
    assertThatThrownBy(() -> readUncached(20)).hasMessageContaining("Input/output error");
    assertThat(mounts.log()).contains("Read-only file system", "out of use");
    awaitState("out of use");
    Cli.Outcome listed = cli.run("mounts").expect(ExitCode.OK);
    assertThat(listed.out()).contains("out of use");
    assertThat(listed.err()).contains("Read-only file system", "begin it again");
    cli.run("unmount", mountPoint).expect(ExitCode.OK);
    failing.repair();
    mount();
    assertThat(Files.mismatch(expected, guestDisk)).isEqualTo(-1);
    write(9);
    assertThat(Files.mismatch(expected, guestDisk)).isEqualTo(-1);
  }

  /** Waits until the list of mounts says so of this one. */
  private void awaitState(String state) {
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> listed().path("state").asString(), state::equals);
    String overlay = state.equals("serving") ? "sound" : state;
    assertThat(listed().path("overlayState").asString()).isEqualTo(overlay);
    assertThat(listed().path("overlayCause").asString().isEmpty())
        .isEqualTo(overlay.equals("sound"));
  }

  private JsonNode listed() {
    String said = cli.run("mounts", "--json").expect(ExitCode.OK).out();
    for (JsonNode each : new JsonMapper().readTree(said).path("mounts")) {
      if (each.path("place").asString().equals(mountPoint + "")) {
        return each;
      }
    }
    throw new AssertionError(mountPoint + " is not in " + said);
  }

  /** Reads where nobody read or wrote before, so that the kernel has nothing of it. */
  private void readUncached(int number) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(guestDisk.toFile(), "r")) {
      file.seek((long) number * MIB);
      file.readFully(new byte[4096]);
    }
  }
}
