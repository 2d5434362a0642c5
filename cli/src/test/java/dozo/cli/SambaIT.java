package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A mount that is shared with other hosts by Debian's Samba, as docs/hyper-v.md says. */
class SambaIT {
  private static final String CONFIGURATION =
      """
      [global]
        server role = standalone server
        interfaces = 127.0.0.1/8
        bind interfaces only = yes
        smb ports = PORT
        map to guest = Bad User
        guest account = root
        pid directory = DIRECTORY
        lock directory = DIRECTORY
        state directory = DIRECTORY
        cache directory = DIRECTORY
        private dir = DIRECTORY
        ncalrpc dir = DIRECTORY
        log file = DIRECTORY/log
        disable netbios = yes
        load printers = no
      [dozo]
        path = MOUNT
        guest ok = yes
        read only = yes
        strict allocate = no
        oplocks = no
      """;

  @TempDir private Path directory;

  @Test
  void handsTheVhdxOutBitIdentical() throws Exception {
    assumeThat(Tool.find("smbd")).as("without Samba sharing is NOT tested").isPresent();
    assumeThat(Tool.find("smbclient")).as("without smbclient it is NOT tested").isPresent();
    assumeThat(System.getProperty("user.name")).as("only root may run smbd so").isEqualTo("root");
    assumeThat(Path.of("/dev/fuse")).isWritable();
    Path disk = Cli.randomFile(directory.resolve("disk.raw"), 8 << 20, 3);
    try (ServerProcess server =
        ServerProcess.create(Files.createDirectory(directory.resolve("server")))) {
      server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
      Path mountPoint = Files.createDirectory(directory.resolve("mnt"));
      Cli cli = server.cli().with("DOZO_RUNTIME", directory.resolve("run").toString());
      Process mount =
          cli.process("mount", "web", mountPoint, "--json", "--allow-other")
              .redirectError(directory.resolve("mount.log").toFile())
              .start();
      try {
        assertThat(mount.inputReader(UTF_8).readLine()).contains("mounted");
        share(mountPoint);
        cli.run("unmount", mountPoint).expect(ExitCode.OK);
      } finally {
        mount.destroy();
        assertThat(mount.waitFor(30, TimeUnit.SECONDS)).isTrue();
      }
    }
  }

  private void share(Path mountPoint) throws Exception {
    int port = freePort();
    Path samba = Files.createDirectory(directory.resolve("samba"));
    Path configuration =
        Files.writeString(
            samba.resolve("smb.conf"),
            CONFIGURATION
                .replace("PORT", String.valueOf(port))
                .replace("DIRECTORY", samba.toString())
                .replace("MOUNT", mountPoint.toString()));
    Process smbd =
        new ProcessBuilder("smbd", "-F", "--no-process-group", "-s", configuration.toString())
            .redirectErrorStream(true)
            .redirectOutput(samba.resolve("smbd.out").toFile())
            .start();
    try {
      Path copy = directory.resolve("copy.vhdx");
      List<String> get =
          List.of(
              "smbclient",
              "//127.0.0.1/dozo",
              "-p",
              String.valueOf(port),
              "-N",
              "-s",
              configuration.toString(),
              "-c",
              "get disk0.vhdx " + copy);
      Awaitility.await()
          .atMost(60, TimeUnit.SECONDS)
          .pollInterval(300, TimeUnit.MILLISECONDS)
          .until(() -> new ProcessBuilder(get).start().waitFor() == 0);
      assertThat(Files.mismatch(mountPoint.resolve("disk0.vhdx"), copy)).isEqualTo(-1);
    } finally {
      smbd.descendants().forEach(ProcessHandle::destroyForcibly);
      smbd.destroyForcibly().waitFor();
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
