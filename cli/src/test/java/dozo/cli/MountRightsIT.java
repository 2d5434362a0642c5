package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Mounts that other users look into, as a hypervisor's user does. */
class MountRightsIT {
  private static final int HYPERVISOR = 64_055;
  private static final int STRANGER = 64_056;
  private static final int GROUP = 64_057;

  @TempDir private Path directory;
  private ServerProcess server;
  private Cli cli;
  private MountProcesses mounts;
  private Path disk;
  private Path mountPoint;

  @BeforeEach
  void backUp() throws Exception {
    assumeThat(Path.of("/dev/fuse")).as("without it mounts are NOT tested").isWritable();
    assumeThat(System.getProperty("user.name"))
        .as("only root can be other users too, so who may look inside is NOT tested")
        .isEqualTo("root");
    // Other users have to get as far as the mount point.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    cli =
        server
            .cli()
            .with("DOZO_OVERLAYS", directory.resolve("overlays").toString())
            .with("DOZO_RUNTIME", directory.resolve("run").toString());
    disk = Cli.randomFile(directory.resolve("disk.raw"), 4 << 20, 5);
    cli.run("backup", "--vm", "web", disk).expect(ExitCode.OK);
    mountPoint = Files.createDirectory(directory.resolve("mnt"));
    mounts = new MountProcesses(cli, directory);
  }

  @AfterEach
  void stop() throws Exception {
    if (server != null) {
      mounts.close();
      server.close();
    }
  }

  private static String runAs(int uid, int gid, Object... command) throws IOException {
    String[] words = new String[command.length + 3];
    words[0] = "--reuid=" + uid;
    words[1] = "--regid=" + gid;
    words[2] = "--clear-groups";
    for (int i = 0; i < command.length; i++) {
      words[i + 3] = String.valueOf(command[i]);
    }
    return Tool.require("setpriv", "util-linux").run(null, words);
  }

  private Path raw() {
    return mountPoint.resolve("disk0.raw");
  }

  @Test
  void letsTheOwnerInAndNobodyElse() throws Exception {
    mounts.mount("web", mountPoint, "--owner", HYPERVISOR + ":" + GROUP);
    runAs(HYPERVISOR, STRANGER, "cmp", disk, raw());
    assertThatThrownBy(() -> runAs(STRANGER, GROUP, "cmp", disk, raw()))
        .hasMessageContaining("Permission denied");
    assertThatThrownBy(() -> runAs(STRANGER, GROUP, "ls", mountPoint))
        .hasMessageContaining("Permission denied");
    assertThat(runAs(HYPERVISOR, GROUP, "stat", "-c", "%u:%g %a", mountPoint, raw()))
        .isEqualTo("%1$d:%2$d 500\n%1$d:%2$d 400\n".formatted(HYPERVISOR, GROUP));
    // libvirt gives a disk to the hypervisor's user, and goes on if it is his already.
    assertThatThrownBy(() -> runAs(STRANGER, GROUP, "chown", STRANGER + "", raw()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void letsTheOwnerWriteAndTheGroupRead() throws Exception {
    mounts.mount(
        "web",
        mountPoint,
        "--writable",
        "--face",
        "raw",
        "--owner",
        HYPERVISOR + ":" + GROUP,
        "--mode",
        "640");
    runAs(
        HYPERVISOR,
        HYPERVISOR,
        "dd",
        "if=/dev/zero",
        "of=" + raw(),
        "bs=4k",
        "count=1",
        "conv=notrunc,fsync");
    assertThat(runAs(STRANGER, GROUP, "head", "-c", "4096", raw())).isEqualTo("\0".repeat(4096));
    assertThatThrownBy(() -> runAs(STRANGER, GROUP, "truncate", "-s", "0", raw()))
        .hasMessageContaining("Permission denied");
    assertThatThrownBy(() -> runAs(STRANGER, STRANGER, "head", "-c", "1", raw()))
        .hasMessageContaining("Permission denied");
  }

  @Test
  void isTheMountingUsersUnlessOthersAreLetIn() throws Exception {
    Path open = Files.createDirectory(directory.resolve("open"));
    mounts.mount("web", mountPoint);
    mounts.mount("web", open, "--allow-other");
    assertThatThrownBy(() -> runAs(STRANGER, STRANGER, "ls", mountPoint))
        .hasMessageContaining("Permission denied");
    runAs(STRANGER, STRANGER, "cmp", disk, open.resolve("disk0.raw"));
  }

  @Test
  void knowsUsersByNameAndSaysWhichItDoesNot() throws Exception {
    mounts.mount("web", mountPoint, "--owner", "nobody");
    assertThat(Files.getAttribute(raw(), "unix:uid")).isEqualTo(65_534);
    Path other = Files.createDirectory(directory.resolve("other"));
    assertThat(cli.run("mount", "web", other, "--owner", "no-such").expect(ExitCode.USAGE).err())
        .contains("no-such");
    assertThat(cli.run("mount", "web", other, "--owner", "64055").expect(ExitCode.USAGE).err())
        .contains("64055:GROUP");
    assertThat(cli.run("mount", "web", other, "--mode", "755").expect(ExitCode.USAGE).err())
        .contains("755");
  }
}
