package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.AdminHttp.Answer;
import dozo.mount.fuse.FuseMount;
import dozo.protocol.Secret;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * A server that has a VM's disk and mounts it when it is asked to; nothing of that may stay behind.
 */
abstract class ServerMounting {
  static final int MIB = 1 << 20;
  static final int DISK_BYTES = 32 * MIB;
  static final Duration PATIENCE = Duration.ofSeconds(90);

  @TempDir Path directory;
  ServerProcess server;
  Path disk;
  byte[] content;
  Path mounts;

  @BeforeEach
  void backUp() throws Exception {
    assumeThat(Path.of("/dev/fuse")).as("without it mounts are NOT tested").isWritable();
    server = ServerProcess.create(directory.toRealPath());
    mounts = directory.toRealPath().resolve("data/mounts");
    disk = Cli.randomFile(directory.resolve("disk.raw"), DISK_BYTES, 7);
    content = Files.readAllBytes(disk);
    server.cli().run("backup", "--vm", "web", disk).expect(ExitCode.OK);
  }

  @AfterEach
  void leavesNothingBehind() throws Exception {
    if (server == null) {
      return;
    }
    server.close();
    List<String> places = mountPoints();
    for (String place : places) {
      server.onItsHost().run("unmount", "--force", place);
    }
    server.onItsHost().run("mounts", "--clear");
    assertThat(places).as("left mounted").isEmpty();
    assertThat(processes()).as("left running").isEmpty();
  }

  /** What the kernel has mounted here. */
  final List<String> mountPoints() throws IOException {
    return FuseMount.mountPoints().stream()
        .filter(place -> place.startsWith(mounts))
        .map(Path::toString)
        .toList();
  }

  /** Processes that serve mounts here, whoever knows of them. */
  final List<String> processes() {
    return ProcessHandle.allProcesses()
        .map(each -> each.info().commandLine().orElse(""))
        .filter(line -> line.contains(" mount ") && line.contains(mounts.toString()))
        .toList();
  }

  final Answer mount(String members) throws Exception {
    return server.http().post("/mounts", "{" + members + "}").expect(201);
  }

  final JsonNode onlyMount() throws Exception {
    JsonNode list = server.http().get("/mounts").expect(200).body().path("mounts");
    assertThat(list.size()).as("%s", list).isEqualTo(1);
    return list.get(0);
  }

  static Path raw(Answer mounted) {
    return Path.of(mounted.text("path")).resolve("disk0.raw");
  }

  static byte[] read(Path file, int offset, int length) throws IOException {
    try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "r")) {
      byte[] bytes = new byte[length];
      open.seek(offset);
      open.readFully(bytes);
      return bytes;
    }
  }

  final CompletableFuture<byte[]> reading(Path file, int offset, int length) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return read(file, offset, length);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  byte[] expected(int offset, int length) {
    return Arrays.copyOfRange(content, offset, offset + length);
  }

  final Secret token(String members) throws Exception {
    Answer made = server.http().post("/tokens", "{\"name\":\"test\"," + members + "}").expect(201);
    return Secret.of(made.text("secret"));
  }

  /** A server that is stopped cannot bury its children, which are dead nevertheless. */
  static boolean isAlive(JsonNode mount) throws IOException {
    return ProcessIdentity.of(mount.path("process").asLong()).isPresent();
  }

  static List<String> ids(AdminHttp http) throws Exception {
    List<String> ids = new ArrayList<>();
    for (JsonNode each : http.get("/mounts").expect(200).body().path("mounts")) {
      ids.add(each.path("id").asString());
    }
    return ids;
  }
}
