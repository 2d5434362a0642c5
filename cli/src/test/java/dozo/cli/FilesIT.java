package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are got out of the file systems of guests, friendly and hostile ones. */
class FilesIT {
  private static final int MIB = 1 << 20;
  private static final FileTime WRITTEN = FileTime.from(Instant.parse("2020-02-03T04:05:06Z"));

  @TempDir private Path directory;
  private ServerProcess server;
  private Cli cli;
  private Path guest;
  private Path target;

  @BeforeEach
  void begin() throws Exception {
    for (String program : List.of("bwrap", "nbdfuse", "mke2fs", "fuse2fs")) {
      GuestDisk.need(program);
    }
    assumeThat(Path.of("/dev/fuse")).as("without it files are NOT tested").isWritable();
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    cli = server.cli().with("DOZO_RUNTIME", directory.resolve("run").toString());
    guest = Files.createDirectories(directory.resolve("guest"));
    target = directory.resolve("target");
    Path etc = Files.createDirectories(guest.resolve("etc/ssl"));
    Cli.randomFile(guest.resolve("content"), 3 * MIB + 77, 1);
    Files.writeString(etc.resolveSibling("hosts"), "127.0.0.1 localhost\n");
    Files.createFile(etc.resolve("empty"));
  }

  @AfterEach
  void end() throws Exception {
    if (server != null) {
      server.close();
    }
    assertThat(Files.readString(Path.of("/proc/self/mountinfo"))).doesNotContain(directory + "");
    // Nothing of a run stays, whichever way it ended.
    if (Files.exists(directory.resolve("run"))) {
      assertThat(list(directory.resolve("run"))).isEmpty();
    }
    if (Files.exists(target)) {
      assertThat(list(target)).noneMatch(each -> each.toString().contains(".dozo-files-"));
    }
  }

  private static List<Path> list(Path of) throws IOException {
    try (Stream<Path> all = Files.list(of)) {
      return all.sorted().toList();
    }
  }

  private void backUp(Path... disks) {
    Object[] words = Stream.concat(Stream.of("backup", "--vm", "web"), Stream.of(disks)).toArray();
    cli.run(words).expect(ExitCode.OK);
  }

  private Path ext4(GuestDisk disk, int sizeMib) throws IOException {
    return disk.add(
        "L",
        sizeMib,
        "mke2fs",
        "-q",
        "-t",
        "ext4",
        "-O",
        "^metadata_csum",
        "-d",
        guest + "",
        "FILE");
  }

  private void assertSame(Path copy) throws IOException {
    Tool.require("diff", "diffutils").run(null, "-r", "--no-dereference", guest + "", copy + "");
  }

  @Test
  void getsTheSameBytesOutOfEveryFileSystem() throws Exception {
    GuestDisk.need("grub-mount");
    GuestDisk gpt = new GuestDisk(directory, "gpt.raw", "gpt");
    Path fat = gpt.add("U", 20, "mkfs.vfat", "-n", "EFI", "FILE");
    for (Path each : list(guest)) {
      GuestDisk.need("mcopy").run(null, "-i", fat + "", "-s", each + "", "::");
    }
    gpt.add("L", 40, "mke2fs", "-q", "-t", "ext4", "-L", "root", "-d", guest + "", "FILE");
    gpt.add("L", 130, "mkfs.btrfs", "-q", "-L", "data", "--rootdir", guest + "", "FILE");
    Path ntfs =
        gpt.add("EBD0A0A2-B9E5-4433-87C0-68B6B72699C7", 20, "mkfs.ntfs", "-q", "-F", "FILE");
    GuestDisk.need("ntfscp").run(null, "-f", ntfs + "", guest.resolve("content") + "", "content");
    Path prototype =
        Files.writeString(
            directory.resolve("prototype"),
            """
            /
            0 0
            d--755 0 0
            content ---644 0 0 %s
            etc d--755 0 0
            hosts ---644 0 0 %s
            ssl d--755 0 0
            empty ---644 0 0 %s
            $
            $
            $
            """
                .formatted(
                    guest.resolve("content"),
                    guest.resolve("etc/hosts"),
                    guest.resolve("etc/ssl/empty")));
    GuestDisk logical = new GuestDisk(directory, "xfs.raw", "dos");
    logical.line(1, 330, "5");
    logical.addAt(3, "L", 310, "mkfs.xfs", "-q", "-p", prototype + "", "FILE");
    backUp(gpt.build(), logical.build());

    Cli.Outcome listed = cli.run("files", "list", "web").expect(ExitCode.OK);
    assertThat(listed.out().lines().map(line -> line.replaceAll(" +", " ")).toList())
        .anyMatch(
            line -> line.matches("disk0:1 1048576 20.0 MiB EFI system FAT EFI clean grub-mount"))
        .anyMatch(line -> line.matches("disk0:2 .* 40.0 MiB Linux ext4 root clean fuse2fs"))
        .anyMatch(line -> line.matches("disk0:3 .* Linux btrfs data clean grub-mount"))
        .anyMatch(line -> line.matches("disk0:4 .* Windows data NTFS unknown ntfs-3g"))
        .anyMatch(line -> line.matches("disk1:5 3145728 310 MiB Linux XFS unknown grub-mount"));
    assertThat(cli.run("files", "ls", "web").expect(ExitCode.USAGE).err())
        .contains("say which", "web:disk0:2 (ext4)");

    for (String place : List.of("disk0:1", "disk0:2", "disk0:3", "disk1:5")) {
      Path to = target.resolve(place.replace(':', '-'));
      cli.run("files", "copy", "web:" + place, "/content", "/etc", to).expect(ExitCode.OK);
      assertSame(to);
    }
    cli.run("files", "copy", "web:disk0:4", "content", target).expect(ExitCode.OK);
    assertThat(Files.mismatch(guest.resolve("content"), target.resolve("content"))).isEqualTo(-1);

    // Without a server, and the whole of a file system.
    server.end();
    Cli local = server.local().with("DOZO_RUNTIME", directory.resolve("run").toString());
    Path whole = target.resolve("whole");
    Cli.Outcome all =
        local.run("files", "copy", "web:disk1", "/", whole, "--json").expect(ExitCode.OK);
    assertThat(all.member("complete")).isEqualTo("true");
    assertThat(all.err()).contains("only contents and times");
    assertSame(whole.resolve("disk1-5"));
  }

  @Test
  void keepsWhatAFileHasButNotWhatGivesRights() throws Exception {
    boolean root = System.getProperty("user.name").equals("root");
    Path hosts = guest.resolve("etc/hosts");
    if (root) {
      Files.setAttribute(hosts, "unix:uid", 12345);
    }
    Files.setAttribute(hosts, "unix:mode", 0640);
    Files.setAttribute(guest.resolve("content"), "unix:mode", 04755);
    Files.createSymbolicLink(guest.resolve("etc/link"), Path.of("/etc/passwd"));
    Files.createLink(guest.resolve("etc/second"), hosts);
    Tool.require("mkfifo", "coreutils").run(null, guest.resolve("etc/pipe") + "");
    Files.setLastModifiedTime(hosts, WRITTEN);
    Files.setLastModifiedTime(guest.resolve("etc"), WRITTEN);
    GuestDisk disk = new GuestDisk(directory, "disk.raw", "dos");
    Path part = ext4(disk, 20);
    GuestDisk.debugfs(part, "ea_set etc/hosts user.colour blue");
    backUp(disk.build());

    Cli.Outcome listed = cli.run("files", "ls", "web", "etc").expect(ExitCode.OK);
    assertThat(listed.out()).contains("-rw-r-----", "2020-02-03", "link -> /etc/passwd", "prw-");
    Cli.Outcome copied = cli.run("files", "copy", "web", "/etc", "content", target);
    assertThat(copied.expect(ExitCode.OK).err())
        .contains("1 devices and pipes", "1 set-user-id and set-group-id bits");
    Path copy = target.resolve("etc/hosts");
    assertThat(Files.readString(copy)).isEqualTo(Files.readString(hosts));
    assertThat(Files.getLastModifiedTime(copy)).isEqualTo(WRITTEN);
    assertThat(Files.getLastModifiedTime(target.resolve("etc"))).isEqualTo(WRITTEN);
    assertThat(Files.readSymbolicLink(target.resolve("etc/link"))).hasToString("/etc/passwd");
    assertThat((int) Files.getAttribute(copy, "unix:mode") & 07777).isEqualTo(0640);
    assertThat((int) Files.getAttribute(target.resolve("content"), "unix:mode") & 07777)
        .isEqualTo(0755);
    assertThat(Files.getAttribute(copy, "unix:nlink")).isEqualTo(2);
    assertThat((byte[]) Files.getAttribute(copy, "user:colour")).asString().isEqualTo("blue");
    if (root) {
      assertThat(Files.getAttribute(copy, "unix:uid")).isEqualTo(12345);
    }
    assertThat(cli.run("files", "copy", "web", "/etc", target).expect(ExitCode.FAILURE).err())
        .contains("there already");
  }

  @Test
  void neverLeavesTheGuestNorTheTarget() throws Exception {
    Path outside = Files.createDirectory(directory.resolve("outside"));
    Files.createSymbolicLink(guest.resolve("out"), outside);
    Files.createSymbolicLink(guest.resolve("root"), Path.of("/"));
    Files.createSymbolicLink(guest.resolve("up"), Path.of("../../../../etc"));
    Files.createSymbolicLink(guest.resolve("circle"), Path.of("circle"));
    Path bad = Files.createDirectory(guest.resolve("bad"));
    Files.writeString(bad.resolve("..+..+etc+evil"), "evil");
    GuestDisk disk = new GuestDisk(directory, "disk.raw", "dos");
    // A name that no honest file system can have.
    GuestDisk.replace(ext4(disk, 20), "..+..+etc+evil", "../../etc/evil");
    backUp(disk.build());

    assertThat(cli.run("files", "ls", "web", "/root/etc").expect(ExitCode.OK).out())
        .contains("hosts")
        .doesNotContain("passwd");
    assertThat(cli.run("files", "ls", "web", "/up/hosts").expect(ExitCode.OK).out())
        .contains("/up/hosts");
    assertThat(cli.run("files", "ls", "web", "/circle").expect(ExitCode.FAILURE).err())
        .contains("too many links");
    assertThat(cli.run("files", "ls", "web", "/out").expect(ExitCode.FAILURE).err())
        .contains("no such file");
    assertThat(cli.run("files", "copy", "web", "/nothing", target).expect(ExitCode.FAILURE).err())
        .contains("no such file");

    assertThat(cli.run("files", "copy", "web", "/bad", target).expect(ExitCode.DAMAGED).err())
        .contains("./bad");
    assertThat(list(target)).isEmpty();
    assertThat(Path.of("/etc/evil")).doesNotExist();
    assertThat(directory.resolve("etc")).doesNotExist();
    cli.run("files", "copy", "web", "/out", "/up", target).expect(ExitCode.OK);
    assertThat(target.resolve("out")).isSymbolicLink();
    assertThat(outside).isEmptyDirectory();
    // A copy below what is a link now is refused, not written through it.
    cli.run("files", "copy", "web", "/out", target).expect(ExitCode.FAILURE);
  }

  @Test
  void aFileThatIsDamagedInTheRepositoryDoesNotArrive() throws Exception {
    Path many = Files.createDirectory(guest.resolve("many"));
    for (int i = 0; i < 8; i++) {
      Cli.randomFile(many.resolve("file" + i), MIB, 100 + i);
    }
    GuestDisk disk = new GuestDisk(directory, "disk.raw", "dos");
    ext4(disk, 30);
    backUp(disk.build());
    Path pack;
    try (Stream<Path> files = Files.walk(server.data().resolve("repository/packs"))) {
      pack =
          files
              .filter(Files::isRegularFile)
              .max(Comparator.comparingLong(file -> file.toFile().length()))
              .orElseThrow();
    }
    try (RandomAccessFile file = new RandomAccessFile(pack.toFile(), "rw")) {
      file.seek(8L * MIB);
      file.write(new byte[1000]);
    }
    Cli.Outcome copied = cli.run("files", "copy", "web", "/many", "/etc", target, "--json");
    assertThat(copied.expect(ExitCode.DAMAGED).member("complete")).isEqualTo("false");
    assertThat(copied.err()).containsPattern("many/file\\d cannot be read whole");
    List<Path> arrived = list(target.resolve("many"));
    assertThat(arrived).hasSizeBetween(5, 7);
    for (Path each : arrived) {
      assertThat(Files.mismatch(each, many.resolve(each.getFileName()))).isEqualTo(-1);
    }
    assertThat(target.resolve("etc/hosts")).exists();
  }

  private Process copyInBackground() throws Exception {
    Cli.randomFile(guest.resolve("large"), 200 * MIB, 9);
    GuestDisk disk = new GuestDisk(directory, "disk.raw", "dos");
    ext4(disk, 260);
    backUp(disk.build());
    Process copy =
        cli.process("files", "copy", "web", "/large", target)
            .redirectError(directory.resolve("copy.log").toFile())
            .start();
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .pollInterval(10, TimeUnit.MILLISECONDS)
        .until(() ->
            Files.isDirectory(target)
                && list(target).stream()
                    .anyMatch(
                        each -> Files.exists(each.resolve("large"), LinkOption.NOFOLLOW_LINKS)));
    return copy;
  }

  @Test
  void leavesNothingAfterCtrlC() throws Exception {
    Process copy = copyInBackground();
    List<ProcessHandle> below = copy.descendants().toList();
    Tool.require("kill", "procps").run(null, "-INT", copy.pid() + "");
    assertThat(copy.waitFor(30, TimeUnit.SECONDS)).isTrue();
    assertThat(copy.exitValue())
        .as(Files.readString(directory.resolve("copy.log")))
        .isEqualTo(ExitCode.INTERRUPTED.code());
    assertThat(list(target)).isEmpty();
    assertThat(below).isNotEmpty();
    Awaitility.await().until(() -> below.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void theNextRunClearsWhatAKillLeft() throws Exception {
    Process copy = copyInBackground();
    List<ProcessHandle> below = copy.descendants().toList();
    copy.destroyForcibly().waitFor();
    assertThat(below).isNotEmpty();
    Awaitility.await().until(() -> below.stream().noneMatch(ProcessHandle::isAlive));
    assertThat(list(target)).singleElement().asString().contains(".dozo-files-");
    cli.run("files", "copy", "web", "/large", target).expect(ExitCode.OK);
    assertThat(list(target)).containsExactly(target.resolve("large"));
    assertThat(Files.mismatch(guest.resolve("large"), target.resolve("large"))).isEqualTo(-1);
  }

  @Test
  void needsNoRoot() throws Exception {
    PlainUser user = PlainUser.create(directory);
    GuestDisk disk = new GuestDisk(directory, "disk.raw", "gpt");
    ext4(disk, 20);
    Path fat = disk.add("U", 20, "mkfs.vfat", "-n", "EFI", "FILE");
    GuestDisk.need("mcopy").run(null, "-i", fat + "", guest.resolve("content") + "", "::");
    backUp(disk.build());
    Path token = user.home().resolve("token");
    server.local().run("token", "create", "--role", "restore", "-o", token, "user");
    user.own(token);
    Path run = user.home().resolve("run");
    Cli his =
        server
            .cli()
            .with("DOZO_TOKEN_FILE", token.toString())
            .with("DOZO_RUNTIME", run.toString())
            .with("DOZO_BOOT_TRACES", user.home().resolve("traces").toString());
    Awaitility.await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> his.run("list").code() == ExitCode.OK.code());

    assertThat(user.run(his, "files", "list", "web").expect(ExitCode.OK).out()).contains("fuse2fs");
    assertThat(user.run(his, "files", "ls", "web:disk0:1", "etc").expect(ExitCode.OK).out())
        .contains("hosts");
    Path his1 = user.home().resolve("one");
    user.run(his, "files", "copy", "web:disk0:1", "/content", "/etc", his1).expect(ExitCode.OK);
    assertSame(his1);
    assertThat(Files.getAttribute(his1.resolve("etc/hosts"), "unix:uid")).isEqualTo(PlainUser.ID);
    Path his2 = user.home().resolve("two");
    GuestDisk.need("grub-mount");
    Cli.Outcome copied = user.run(his, "files", "copy", "web:disk0:2", "/content", his2);
    assertThat(copied.expect(ExitCode.OK).err()).doesNotContain("xattr");
    assertThat(Files.mismatch(guest.resolve("content"), his2.resolve("content"))).isEqualTo(-1);

    assertThat(
            user.run(his, "files", "copy", "web:disk0:1", "/etc", directory.resolve("server/x"))
                .expect(ExitCode.FAILURE)
                .err())
        .contains("Permission denied", "What to do");
    assertThat(
            user.run(his, "files", "ls", "web:disk0:1", "--trust-file-system")
                .expect(ExitCode.NO_MOUNT)
                .err())
        .contains("Only root", "leave --trust-file-system out");
    assertThat(
            user.runWithoutFuse(his, "files", "ls", "web:disk0:1").expect(ExitCode.NO_MOUNT).err())
        .contains("/dev/fuse", "What to do");
    assertThat(list(run)).isEmpty();
    assertThat(list(his1)).hasSize(2);
  }

  @Test
  void theKernelReadsOnlyWhatItIsToldToTrust() throws Exception {
    assumeThat(System.getProperty("user.name")).as("only root may mount").isEqualTo("root");
    assumeThat(Files.readString(Path.of("/proc/filesystems"))).contains("btrfs", "ext4");
    Files.setAttribute(guest.resolve("etc/hosts"), "unix:mode", 0600);
    Files.createSymbolicLink(guest.resolve("etc/link"), Path.of("hosts"));
    GuestDisk disk = new GuestDisk(directory, "disk.raw", "gpt");
    disk.add("L", 130, "mkfs.btrfs", "-q", "--rootdir", guest + "", "FILE");
    // With checksums, the super block's among them.
    Path part = disk.add("L", 20, "mke2fs", "-q", "-t", "ext4", "-d", guest + "", "FILE");
    GuestDisk.debugfs(part, "feature needs_recovery");
    backUp(disk.build());
    Cli.Outcome listed = cli.run("files", "list", "web").expect(ExitCode.OK);
    assertThat(listed.out()).contains("in use");
    for (int number : new int[] {1, 2}) {
      Path to = target.resolve("p" + number);
      Cli.Outcome copied =
          cli.run("files", "copy", "web:disk0:" + number, "/etc", to, "--trust-file-system");
      assertThat(copied.expect(ExitCode.OK).err()).contains("trusts what is on it");
      assertThat((int) Files.getAttribute(to.resolve("etc/hosts"), "unix:mode") & 07777)
          .isEqualTo(0600);
      assertThat(Files.readSymbolicLink(to.resolve("etc/link"))).hasToString("hosts");
      assertThat(Files.readAllBytes(to.resolve("etc/hosts"))).hasSize(20);
    }
    Cli.Outcome confined = cli.run("files", "copy", "web:disk0:2", "/etc", target);
    assertThat(confined.expect(ExitCode.OK).err()).contains("was in use", "not replayed");
    assertThat(Tool.require("losetup", "mount").run(null, "-a")).doesNotContain("/mnt/image");
  }

  @Test
  void saysWhatItCannotReadAndWhatToDo() throws Exception {
    Path disk = directory.resolve("luks.raw");
    Files.write(disk, new byte[4 * MIB]);
    try (RandomAccessFile file = new RandomAccessFile(disk.toFile(), "rw")) {
      file.writeBytes("LUKS\u00ba\u00be");
    }
    backUp(disk);
    assertThat(cli.run("files", "list", "web").expect(ExitCode.OK).out())
        .contains("LUKS encrypted");
    assertThat(cli.run("files", "ls", "web").expect(ExitCode.NOT_FOUND).err())
        .contains("dozo files list");
    assertThat(cli.run("files", "ls", "web:disk0:0").expect(ExitCode.USAGE).err())
        .contains("LUKS", "guestfish");
    cli.run("files", "ls", "web:nothing").expect(ExitCode.NOT_FOUND);
    cli.run("files", "ls", "web:disk0:0:1").expect(ExitCode.USAGE);
    cli.run("files", "copy", "web", "/a/x", "/b/x", target).expect(ExitCode.USAGE);
    cli.run("files", "copy", "web", "/a/../x", target).expect(ExitCode.USAGE);
  }
}
