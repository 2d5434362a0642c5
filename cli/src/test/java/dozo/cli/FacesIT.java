package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import dozo.mount.fuse.FuseMount;
import dozo.vhdx.read.VhdxChain;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A disk in every format, mounted and restored: the same bytes, and other programs take them. */
class FacesIT {
  private static final int MIB = 1 << 20;
  private static final List<String> FORMATS = List.of("raw", "vhdx", "qcow2", "vmdk", "vhd");

  @TempDir static Path directory;
  private static ServerProcess server;
  private static Path disk;
  private static Cli cli;

  @TempDir private Path own;
  private Path mountPoint;
  private final List<Process> mounts = new ArrayList<>();

  @BeforeAll
  static void backUp() throws Exception {
    server = ServerProcess.create(directory);
    cli =
        server
            .cli()
            .with("DOZO_RUNTIME", directory.resolve("run").toString())
            .with("DOZO_OVERLAYS", directory.resolve("overlays").toString());
    disk = Cli.randomFile(directory.resolve("disk.raw"), 7 * MIB + 1000, 1);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.setLength(97L * MIB + 512);
      file.seek(90L * MIB + 7);
      file.write(new byte[] {1, 2, 3});
    }
    cli.run("backup", "--vm", "web", disk).expect(ExitCode.OK);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @BeforeEach
  void makeMountPoint() throws Exception {
    mountPoint = Files.createDirectory(own.resolve("mnt"));
  }

  @AfterEach
  void unmount() throws Exception {
    for (Process mount : mounts) {
      mount.destroyForcibly().waitFor();
    }
    if (FuseMount.mountPoints().contains(mountPoint.toRealPath())) {
      FuseMount.unmount(mountPoint);
    }
  }

  private void mount(String vm, Object... more) throws Exception {
    assumeThat(Path.of("/dev/fuse")).as("without it mounts are NOT tested").isWritable();
    List<Object> words = new ArrayList<>(List.of("mount", vm, mountPoint, "--json"));
    words.addAll(List.of(more));
    Path log = own.resolve("mount.log");
    Process process = cli.process(words.toArray()).redirectError(log.toFile()).start();
    mounts.add(process);
    assertThat(process.inputReader(StandardCharsets.UTF_8).readLine())
        .as("mounted; it wrote %s", Files.readString(log))
        .isNotNull();
  }

  private void unmountNow() throws Exception {
    cli.run("unmount", mountPoint).expect(ExitCode.OK);
    assertThat(mounts.getLast().waitFor(30, TimeUnit.SECONDS)).isTrue();
  }

  private static void compare(Path image, String format, Path raw) throws Exception {
    String driver = format.equals("vhd") ? "vpc" : format;
    Tool qemu = Tool.require("qemu-img", "qemu-utils");
    assertThat(qemu.run(null, "compare", "-f", driver, "-F", "raw", image + "", raw + ""))
        .contains("Images are identical");
    if (format.equals("qcow2") || format.equals("vhdx")) {
      qemu.run(null, "check", "-f", driver, image + "");
    }
  }

  @Test
  void mountedAndRestoredFilesAreTheSame() throws Exception {
    for (String format : FORMATS) {
      Path file = own.resolve("web." + format);
      cli.run("restore", "web", "disk0", "-o", file).expect(ExitCode.OK);
      assertThat(Cli.allocatedBytes(file)).isLessThan(24L * MIB);
      compare(file, format, disk);
    }
    assertThat(own.resolve("web-flat.vmdk")).hasSameBinaryContentAs(disk);
    mount("web", "--face", String.join(",", FORMATS));
    for (String format : FORMATS) {
      Path shown = mountPoint.resolve("disk0." + format);
      Path file = own.resolve("web." + format);
      if (format.equals("vmdk")) {
        assertThat(Files.readString(shown))
            .isEqualTo(Files.readString(file).replace("web-flat.vmdk", "disk0.raw"));
      } else {
        assertThat(Files.mismatch(shown, file)).as(format).isEqualTo(-1);
      }
      compare(shown, format, disk);
      assertThat(Cli.allocatedBytes(shown)).isLessThan(24L * MIB);
    }
    unmountNow();
  }

  @Test
  void restoresADirectoryOfVmdks() throws Exception {
    cli.run("restore", "web", "--to", own, "--format", "vmdk").expect(ExitCode.OK);
    compare(own.resolve("disk0.vmdk"), "vmdk", disk);
    assertThat(cli.run("restore", "web", "--to", own, "--format", "VMDK").err())
        .contains("disk0.vmdk");
    cli.run("restore", "web", "--to", own, "--format", "vmdk", "--replace").expect(ExitCode.OK);
  }

  @ParameterizedTest
  @ValueSource(strings = {"1M", "2M", "4M", "8M", "16M", "32M", "64M", "128M", "256M"})
  void restoresAVhdxOfEachBlockSize(String blockSize) throws Exception {
    Path file = own.resolve("web.vhdx");
    cli.run("restore", "web", "disk0", "-o", file, "--block-size", blockSize).expect(ExitCode.OK);
    long bytes = Long.parseLong(blockSize.replace("M", "")) * MIB;
    try (VhdxChain chain = VhdxChain.open(file, List.of())) {
      assertThat(chain.leaf().blockBytes()).isEqualTo(bytes);
    }
    compare(file, "vhdx", disk);
  }

  @Test
  void aMountHasTheBlockSizeAndTheIdentityThatWereChosen() throws Exception {
    UUID original = identity(restored("original.vhdx"));
    UUID clone = identity(restored("clone.vhdx", "--new-identity"));
    assertThat(clone).isNotEqualTo(original);
    assertThat(identity(restored("other.vhdx", "--new-identity"))).isNotIn(original, clone);
    mount("web", "--block-size", "16M", "--new-identity");
    Path shown = mountPoint.resolve("disk0.vhdx");
    UUID mounted;
    try (VhdxChain chain = VhdxChain.open(shown, List.of())) {
      assertThat(chain.leaf().blockBytes()).isEqualTo(16L * MIB);
      mounted = chain.disk().id();
    }
    assertThat(mounted).isNotIn(original, clone);
    compare(shown, "vhdx", disk);
    unmountNow();
    mount("web", "--new-identity");
    assertThat(identity(shown)).as("the same place has the same clone").isEqualTo(mounted);
    unmountNow();
  }

  /** Both count when the overlay is made, and stay. */
  @Test
  void anOverlayKeepsTheBlockSizeAndTheIdentityThatWereChosen() throws Exception {
    UUID original = identity(restored("original.vhdx"));
    mount("web", "--writable", "--overlay", "clone", "--block-size", "32M", "--new-identity");
    Path shown = mountPoint.resolve("disk0.vhdx");
    UUID clone = identity(shown);
    assertThat(clone).isNotEqualTo(original);
    unmountNow();
    mount("web", "--writable", "--overlay", "clone");
    try (VhdxChain chain = VhdxChain.open(shown, List.of())) {
      assertThat(chain.leaf().blockBytes()).isEqualTo(32L * MIB);
      assertThat(chain.disk().id()).isEqualTo(clone);
    }
    compare(shown, "vhdx", disk);
    unmountNow();
  }

  private Path restored(String name, Object... more) throws Exception {
    Path file = own.resolve(name);
    List<Object> words = new ArrayList<>(List.of("restore", "web", "disk0", "-o", file));
    words.addAll(List.of(more));
    cli.run(words.toArray()).expect(ExitCode.OK);
    return file;
  }

  private static UUID identity(Path vhdx) throws Exception {
    try (VhdxChain chain = VhdxChain.open(vhdx, List.of())) {
      return chain.disk().id();
    }
  }

  @Test
  void saysWhatCannotBeShown() {
    assertThat(cli.run("mount", "web", mountPoint, "--face", "qcow").expect(ExitCode.USAGE).err())
        .contains("no format \"qcow\", only raw, vhdx, qcow2, vmdk, vhd");
    assertThat(
            cli.run("mount", "web", mountPoint, "--writable", "--face", "qcow2")
                .expect(ExitCode.USAGE)
                .err())
        .contains("With --writable, --face is vhdx or raw, not qcow2");
    assertThat(
            cli.run("mount", "web", mountPoint, "--block-size", "3M").expect(ExitCode.USAGE).err())
        .contains("a power of two");
    assertThat(
            cli.run("restore", "web", "--to", own, "--format", "vhdx", "--block-size", "512M")
                .expect(ExitCode.USAGE)
                .err())
        .contains("a power of two");
    assertThat(
            cli.run("restore", "web", "--in-place", disk, "--format", "qcow2")
                .expect(ExitCode.USAGE)
                .err())
        .contains("--in-place writes a raw disk");
    assertThat(
            cli.run("restore", "web", "disk0", "-o", own.resolve("a\"b.vmdk"))
                .expect(ExitCode.USAGE)
                .err())
        .contains("quotes");
  }

  @Test
  void refusesADiskThatDoesNotFit() throws Exception {
    Path large = own.resolve("large.raw");
    try (RandomAccessFile file = new RandomAccessFile(large.toFile(), "rw")) {
      file.setLength((2040L << 30) + 512);
      file.write(new byte[] {1});
    }
    cli.run("backup", "--vm", "large", large).expect(ExitCode.OK);
    Files.delete(large);
    String why = "disk0 cannot be a .vhd: it has 2190433321472 bytes, and a .vhd holds 2040 GiB";
    assertThat(
            cli.run("mount", "large", mountPoint, "--face", "raw,vhd").expect(ExitCode.USAGE).err())
        .contains(why);
    assertThat(
            cli.run("restore", "large", "disk0", "-o", own.resolve("large.vhd"))
                .expect(ExitCode.USAGE)
                .err())
        .contains(why);
    Path qcow2 = own.resolve("large.qcow2");
    cli.run("restore", "large", "disk0", "-o", qcow2).expect(ExitCode.OK);
    assertThat(Tool.require("qemu-img", "qemu-utils").run(null, "check", qcow2 + ""))
        .contains("No errors were found");
    assertThat(Cli.allocatedBytes(qcow2)).isLessThan(2L * MIB);
  }
}
