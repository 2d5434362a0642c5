package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import dozo.cli.quickstart.Tool;
import dozo.mount.fuse.FuseMount;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts that are written to, by processes that are killed. */
class WritableMountIT {
  private static final int MIB = 1 << 20;
  private static final int DISK_BYTES = 64 * MIB;

  @TempDir private Path directory;
  private ServerProcess server;
  private Path disk;
  private Path mountPoint;
  private Cli cli;
  private MountProcesses mounts;

  @BeforeEach
  void backUp() throws Exception {
    assumeThat(Path.of("/dev/fuse")).as("without it mounts are NOT tested").isWritable();
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    cli =
        server
            .cli()
            .with("DOZO_OVERLAYS", directory.resolve("overlays").toString())
            .with("DOZO_RUNTIME", directory.resolve("run").toString());
    disk = Cli.randomFile(directory.resolve("disk.raw"), DISK_BYTES, 5);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      // A hole in the middle, and one at the end that makes the VHDX grow when it is written to.
      file.seek(16 * MIB);
      file.write(new byte[16 * MIB]);
      file.setLength(2L * DISK_BYTES);
    }
    cli.run("backup", "--vm", "web", disk).expect(ExitCode.OK);
    mountPoint = Files.createDirectory(directory.resolve("mnt"));
    mounts = new MountProcesses(cli, directory);
  }

  @AfterEach
  void stop() throws Exception {
    if (mounts != null) {
      mounts.close();
    }
    if (server != null) {
      server.close();
    }
  }

  private Map<String, String> mount(Path where, Object... more) throws IOException {
    List<Object> words = new ArrayList<>(List.of("web", where, "--writable"));
    words.addAll(List.of(more));
    return mounts.mount(words.toArray());
  }

  private static String overlay(Map<String, String> mounted) {
    return Objects.requireNonNull(mounted.get("overlay"));
  }

  private static void write(Path file, long offset, byte[] bytes) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
      open.seek(offset);
      open.write(bytes);
      open.getFD().sync();
    }
  }

  private static byte[] bytes(int count, long seed) {
    byte[] bytes = new byte[count];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private Path restored(String name) throws Exception {
    Path target = directory.resolve(name);
    cli.run("restore", "web", "-o", target).expect(ExitCode.OK);
    return target;
  }

  @Test
  void whatWasSyncedSurvivesTheKillAndIsCommitted() throws Exception {
    mount(mountPoint, "--face", "raw");
    Path raw = mountPoint.resolve("disk0.raw");
    byte[] first = bytes(3 * MIB + 1000, 1);
    write(raw, 5 * MIB + 300, first);
    mounts.kill();
    assertThat(cli.run("mounts").expect(ExitCode.OK).out()).contains("dead");
    Map<String, String> again = mount(mountPoint, "--face", "raw");
    byte[] second = bytes(100_000, 2);
    write(raw, 20 * MIB, second);
    write(disk, 5 * MIB + 300, first);
    write(disk, 20 * MIB, second);
    assertThat(Files.mismatch(disk, raw)).isEqualTo(-1);
    cli.run("overlay", "commit", overlay(again)).expect(ExitCode.LOCKED);
    cli.run("overlay", "discard", overlay(again)).expect(ExitCode.LOCKED);
    cli.run("unmount", mountPoint).expect(ExitCode.OK);
    assertThat(cli.run("overlay", "list").expect(ExitCode.OK).out()).contains("at rest");
    Cli.Outcome commit =
        cli.run("overlay", "commit", overlay(again), "--discard", "--json").expect(ExitCode.OK);
    assertThat(commit.err()).doesNotContain("read whole");
    String sent =
        commit
            .out()
            .lines()
            .filter(line -> line.contains("\"result\""))
            .findFirst()
            .map(line -> Events.members(line).get("sentBytes"))
            .orElseThrow();
    assertThat(Long.parseLong(sent)).isBetween(3L * MIB, 5L * MIB);
    assertThat(Files.mismatch(disk, restored("committed.raw"))).isEqualTo(-1);
    assertThat(cli.run("overlay", "list").out()).doesNotContain(overlay(again));
  }

  @Test
  void isCommittedWithOneTokenThatBacksUpAndOneThatReads() throws Exception {
    String overlay = overlay(mount(mountPoint, "--face", "raw"));
    byte[] written = bytes(300_000, 1);
    write(mountPoint.resolve("disk0.raw"), MIB, written);
    write(disk, MIB, written);
    cli.run("unmount", mountPoint).expect(ExitCode.OK);
    Path backup = token("backup");
    Path restore = token("restore");
    Cli reader = cli.with("DOZO_TOKEN_FILE", restore.toString());
    await().atMost(20, TimeUnit.SECONDS).until(() -> reader.run("list").code() == 0);
    Cli host = cli.with("DOZO_TOKEN_FILE", backup.toString());
    host.run("overlay", "commit", overlay).expect(ExitCode.FORBIDDEN);
    reader.run("overlay", "commit", overlay).expect(ExitCode.FORBIDDEN);
    Cli.Outcome commit =
        host.run("overlay", "commit", overlay, "--restore-token-file", restore, "--json")
            .expect(ExitCode.OK);
    assertThat(commit.err()).doesNotContain("read whole");
    assertThat(Long.parseLong(commit.member("sentBytes"))).isLessThan(MIB);
    assertThat(Files.mismatch(disk, restored("committed.raw"))).isEqualTo(-1);
    host.with("DOZO_RESTORE_TOKEN_FILE", restore.toString())
        .run("overlay", "commit", overlay, "--discard")
        .expect(ExitCode.OK);
  }

  private Path token(String role) {
    Path file = directory.resolve(role);
    server.local().run("token", "create", "--role", role, "-o", file, role).expect(ExitCode.OK);
    return file;
  }

  @Test
  void whatAGuestWritesThroughTheVhdxIsCommitted() throws Exception {
    Tool.require("qemu-io", "qemu-utils");
    Map<String, String> mounted = mount(mountPoint);
    Path vhdx = mountPoint.resolve("disk0.vhdx");
    // Into data, into a hole, and over their border; qemu allocates blocks and writes the log.
    qemuIo(vhdx, "write -P 0xa1 1M 3M", "write -P 0xb2 24M 300k", "write -P 0xc3 100M 5M", "flush");
    mounts.kill();
    mount(mountPoint);
    run("qemu-img", "check", "-f", "vhdx", vhdx.toString());
    qemuIo(vhdx, "read -P 0xa1 1M 3M", "read -P 0xc3 100M 5M", "write -z 40M 4M", "flush");
    Path expected = directory.resolve("expected.raw");
    run("qemu-img", "convert", "-f", "vhdx", "-O", "raw", vhdx.toString(), expected.toString());
    cli.run("unmount", mountPoint).expect(ExitCode.OK);
    Cli.Outcome commit =
        cli.run("overlay", "commit", overlay(mounted), "--json").expect(ExitCode.OK);
    assertThat(commit.err()).doesNotContain("read whole");
    assertThat(Long.parseLong(commit.member("sentBytes"))).isLessThan(20L * MIB);
    assertThat(Files.mismatch(expected, restored("committed.raw"))).isEqualTo(-1);
  }

  @Test
  void isListedAsDetachedWhileSomebodyHoldsAFileOfItOpen() throws Exception {
    mount(mountPoint, "--face", "raw");
    try (RandomAccessFile open = new RandomAccessFile(mountPoint.resolve("disk0.raw") + "", "r")) {
      run("fusermount", "-uz", mountPoint.toString());
      assertThat(cli.run("mounts", "--json").expect(ExitCode.OK).out())
          .contains("\"state\":\"detached\"");
      assertThat(open.read(new byte[4096])).isEqualTo(4096);
    }
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> !cli.run("mounts").out().contains(mountPoint.toString()));
  }

  @Test
  void severalOverlaysOfOneRestorePointKnowNothingOfEachOther() throws Exception {
    Path other = Files.createDirectory(directory.resolve("other"));
    mount(mountPoint, "--overlay", "one", "--face", "raw");
    mount(other, "--overlay", "two", "--face", "raw", "--overlay-limit", "1M");
    write(mountPoint.resolve("disk0.raw"), 0, bytes(4096, 1));
    assertThat(Files.mismatch(disk, other.resolve("disk0.raw"))).isEqualTo(-1);
    assertThat(Files.mismatch(disk, mountPoint.resolve("disk0.raw"))).isNotNegative();
    assertThatThrownBy(() -> write(other.resolve("disk0.raw"), 0, bytes(2 * MIB, 3)))
        .hasMessageContaining("No space left");
    write(other.resolve("disk0.raw"), 0, bytes(4096, 1));
    cli.run("unmount", other, mountPoint).expect(ExitCode.OK);
    cli.run("overlay", "discard", "one", "two").expect(ExitCode.OK);
  }

  @Test
  void isExportedWhileItIsWrittenTo() throws Exception {
    mount(mountPoint, "--overlay", "moving", "--face", "raw");
    Path raw = mountPoint.resolve("disk0.raw");
    write(raw, 0, bytes(MIB, 1));
    Path target = directory.resolve("exported.raw");
    cli.run("overlay", "export", "moving", "disk0", target).expect(ExitCode.OK);
    assertThat(target).doesNotExist();
    write(raw, 10 * MIB, bytes(MIB, 2));
    cli.run("overlay", "export", "moving", "disk0", "--switch").expect(ExitCode.OK);
    assertThat(Files.mismatch(raw, target)).isEqualTo(-1);
    assertThatThrownBy(() -> write(raw, 0, new byte[1])).isInstanceOf(IOException.class);
    cli.run("unmount", mountPoint).expect(ExitCode.OK);
  }

  @Test
  void anExportAtRestLeavesNothingWhenItIsInterrupted() throws Exception {
    mount(mountPoint, "--overlay", "moving", "--face", "raw");
    cli.run("unmount", mountPoint).expect(ExitCode.OK);
    Path target = directory.resolve("exported.raw");
    try (CuttingProxy proxy = CuttingProxy.stallingAnswersAfter(server.port(), 20L * MIB)) {
      Process export = startExport(through(proxy), target);
      proxy.awaitStall();
      interrupt(export);
    }
    assertThat(exports()).isEmpty();
    cli.run("overlay", "export", "moving", "disk0", target).expect(ExitCode.OK);
    assertThat(Files.mismatch(disk, target)).isEqualTo(-1);
  }

  @Test
  void aMountGivesAnExportUpWhenItIsInterrupted() throws Exception {
    Path target = directory.resolve("exported.raw");
    try (CuttingProxy proxy = CuttingProxy.stallingAnswersAfter(server.port(), 20L * MIB)) {
      mounts = new MountProcesses(through(proxy), directory);
      mount(mountPoint, "--overlay", "moving", "--face", "raw");
      Process export = startExport(cli, target);
      proxy.awaitStall();
      interrupt(export);
      // The read that it waits for is given up with the mount.
      cli.run("unmount", mountPoint).expect(ExitCode.OK);
    }
    assertThat(exports()).isEmpty();
  }

  @Test
  void aMountInTheBackgroundIsGivenUpWhenItIsInterrupted() throws Exception {
    Path run = Files.createDirectory(directory.resolve("run"));
    Files.setPosixFilePermissions(run, PosixFilePermissions.fromString("rwx------"));
    server.signal("STOP");
    long child;
    try {
      Process mounting =
          cli.process("mount", "web", mountPoint, "--background")
              .redirectError(directory.resolve("command.log").toFile())
              .start();
      await().atMost(60, TimeUnit.SECONDS).until(() -> children(run).size() == 1);
      child = children(run).getFirst();
      interrupt(mounting);
    } finally {
      server.signal("CONT");
    }
    await()
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> !ProcessHandle.of(child).map(ProcessHandle::isAlive).orElse(false));
    assertThat(FuseMount.mountPoints()).doesNotContain(mountPoint.toRealPath());
    assertThat(children(run)).as("logs left").isEmpty();
  }

  /** The processes that were started for mounts, by their logs. */
  private static List<Long> children(Path run) throws IOException {
    try (Stream<Path> files = Files.list(run)) {
      return files
          .map(each -> each.getFileName().toString())
          .filter(name -> name.matches("[0-9]+-[0-9]+\\.log"))
          .map(name -> Long.valueOf(name.substring(0, name.indexOf('-'))))
          .toList();
    }
  }

  private Cli through(CuttingProxy proxy) {
    return server
        .cliThrough(proxy.port())
        .with("DOZO_OVERLAYS", directory.resolve("overlays").toString())
        .with("DOZO_RUNTIME", directory.resolve("run").toString());
  }

  private Process startExport(Cli through, Path target) throws IOException {
    return through
        .process("overlay", "export", "moving", "disk0", target)
        .redirectError(directory.resolve("command.log").toFile())
        .start();
  }

  private void interrupt(Process command) throws Exception {
    run("kill", "-INT", String.valueOf(command.pid()));
    assertThat(command.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(command.exitValue())
        .as(Files.readString(directory.resolve("command.log")))
        .isEqualTo(ExitCode.INTERRUPTED.code());
  }

  private List<Path> exports() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.filter(each -> each.getFileName().toString().startsWith("exported")).toList();
    }
  }

  @Test
  void aDeadMountIsClearedAndAWrongOverlayRefused() throws Exception {
    mount(mountPoint, "--overlay", "one");
    mounts.kill();
    cli.run("mounts", "--clear").expect(ExitCode.OK);
    assertThat(FuseMount.mountPoints()).doesNotContain(mountPoint.toRealPath());
    cli.run("backup", "--vm", "mail", disk).expect(ExitCode.OK);
    assertThat(
            cli.run("mount", "mail", mountPoint, "--writable", "--overlay", "one")
                .expect(ExitCode.DAMAGED)
                .err())
        .contains("another restore point");
    cli.run("overlay", "discard", "none").expect(ExitCode.NOT_FOUND);
  }

  private static void qemuIo(Path vhdx, String... commands) throws Exception {
    List<String> words = new ArrayList<>(List.of("qemu-io", "-f", "vhdx", "-t", "writeback"));
    for (String command : commands) {
      words.addAll(List.of("-c", command));
    }
    words.add(vhdx.toString());
    assertThat(run(words.toArray(String[]::new))).doesNotContain("verification failed", "error");
  }

  private static String run(String... command) throws Exception {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(List.of(command) + ": " + said).isZero();
    return said;
  }
}
