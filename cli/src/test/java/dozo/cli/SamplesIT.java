package dozo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.cli.quickstart.Tool;
import dozo.mount.fuse.FuseMount;
import dozo.vhdx.Extent;
import dozo.vhdx.read.VhdxChain;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * VHDX files that Windows, other programs, and a generator of odd ones made: backed up, restored
 * and mounted, each still holds what its maker says.
 */
class SamplesIT {
  private static final Path PACKED = Path.of("../../shared/vhdx/samples");
  private static final int PIECE_BYTES = 1 << 20;
  private static final int PROBE_STRIDE = 7;

  /** Samples that say themselves what they hold have it in {@code expected.json}. */
  private static final Map<String, String> FOREIGN =
      Map.of(
          "iotest-dynamic-1G.vhdx",
          "d3d112d8dab7fd360609f7d5a7b769904b7a2a7d7b6b8c535f65a23293c05478",
          "test-disk2vhd.vhdx",
          "96d964042be9b58dda1725567abfb0cf9fd8380e2118754afa979c2ad445938a",
          "btrfs.vhdx",
          "0b959f9cb4e18348ad8b646f152178282542c8304f02fddf765e3fd1a1de6864",
          "swap.vhdx",
          "60dd30b4c74361427d1089510cabb36e2eeda0cc4747f467ea43173acd358c49");

  @TempDir static Path directory;
  private static Path samples = Path.of("");
  private static Path mountPoint = Path.of("");
  private static @Nullable ServerProcess server;
  private static @Nullable Process mount;
  private static Cli cli = new Cli(Map.of());

  @BeforeAll
  static void backUpAndMount() throws Exception {
    assumeThat(PACKED).as("without the samples files of other programs are NOT tested").exists();
    assumeThat(Path.of("/dev/fuse")).as("without it mounts are NOT tested").isWritable();
    samples = Files.createDirectory(directory.resolve("samples"));
    unpack();
    server = ServerProcess.create(Files.createDirectory(directory.resolve("server")));
    cli = server.cli().with("DOZO_RUNTIME", directory.resolve("run").toString());
    for (String name : names()) {
      cli.run("backup", "--vm", name, find(name)).expect(ExitCode.OK);
    }
    mountPoint = Files.createDirectory(directory.resolve("mnt"));
    Path log = directory.resolve("mount.log");
    mount = cli.process("mount", "--all", mountPoint, "--json").redirectError(log.toFile()).start();
    assertThat(mount.inputReader(StandardCharsets.UTF_8).readLine())
        .as("mounted; it wrote %s", Files.readString(log))
        .isNotNull();
  }

  @AfterAll
  static void stop() throws Exception {
    if (mount != null) {
      FuseMount.unmount(mountPoint);
      mount.destroyForcibly().waitFor();
    }
    if (server != null) {
      server.close();
    }
  }

  private static void unpack() throws IOException {
    Tool shell = Tool.require("sh", "dash");
    shell.run(
        null,
        "-c",
        "tar -xJf \"$1\" -C \"$2\"",
        "-",
        PACKED.resolve("synthetic.tar.xz") + "",
        samples + "");
    for (String name : FOREIGN.keySet()) {
      boolean gzip = Files.exists(PACKED.resolve(name + ".gz"));
      shell.run(
          null,
          "-c",
          "\"$1\" -dc \"$2\" > \"$3\"",
          "-",
          gzip ? "gzip" : "bzip2",
          PACKED.resolve(name + (gzip ? ".gz" : ".bz2")) + "",
          samples.resolve(name) + "");
    }
  }

  private static JsonNode expected() {
    return JsonMapper.shared().readTree(PACKED.resolve("expected.json").toFile()).get("good");
  }

  private static List<String> names() {
    return Stream.concat(
            FOREIGN.keySet().stream(), expected().propertyStream().map(Map.Entry::getKey))
        .sorted()
        .toList();
  }

  private static Path find(String name) throws IOException {
    try (Stream<Path> files = Files.walk(samples)) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  @TestFactory
  Stream<DynamicTest> restoredAndMountedAgainHoldsWhatItsMakerSays() {
    return names().stream().map(name -> DynamicTest.dynamicTest(name, () -> check(name)));
  }

  private static void check(String name) throws Exception {
    Path restored = directory.resolve("restored-" + name + ".vhdx");
    cli.run("restore", name, "disk0", "-o", restored).expect(ExitCode.OK);
    try (VhdxChain original = open(name);
        VhdxChain again = VhdxChain.open(restored, List.of())) {
      assertThat(again.disk()).as("id, size and sectors").isEqualTo(original.disk());
      for (Map.Entry<Probe, String> probe : probes(name, again.disk().sizeBytes()).entrySet()) {
        assertThat(sha256(again, probe.getKey())).as("%s", probe).isEqualTo(probe.getValue());
      }
      Path shown = mounted(name);
      assertThat(Files.mismatch(restored, shown.resolve("disk0.vhdx"))).isEqualTo(-1);
      requireSameDisk(again, shown.resolve("disk0.raw"));
      if (again.disk().logicalSectorBytes() == 512) {
        Tool.require("qemu-img", "qemu-utils").run(null, "check", "-f", "vhdx", restored + "");
      }
    } finally {
      Files.delete(restored);
    }
  }

  private static VhdxChain open(String name) throws IOException {
    Path leaf = find(name);
    try (Stream<Path> beside = Files.list(leaf.toAbsolutePath().getParent())) {
      return VhdxChain.open(leaf, beside.filter(file -> file.toString().endsWith("vhdx")).toList());
    }
  }

  private static Path mounted(String name) throws IOException {
    try (Stream<Path> points = Files.list(mountPoint)) {
      return points
          .filter(point -> point.getFileName().toString().startsWith(name + "_"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** A part of a disk whose hash is known. */
  private record Probe(long offset, long lengthBytes) {}

  private static Map<Probe, String> probes(String name, long sizeBytes) {
    String whole = FOREIGN.get(name);
    if (whole != null) {
      return Map.of(new Probe(0, sizeBytes), whole);
    }
    JsonNode stated = expected().get(name);
    assertThat(stated.get("size").asLong()).isEqualTo(sizeBytes);
    Map<Probe, String> probes = new TreeMap<>((a, b) -> Long.compare(a.offset(), b.offset()));
    if (stated.has("sha256")) {
      probes.put(new Probe(0, sizeBytes), stated.get("sha256").asString());
    }
    for (JsonNode probe : stated.path("probes")) {
      probes.put(new Probe(probe.get(0).asLong(), probe.get(1).asLong()), probe.get(2).asString());
    }
    assertThat(probes).isNotEmpty();
    return probes;
  }

  private static String sha256(VhdxChain chain, Probe probe) throws Exception {
    MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
    ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
    long end = probe.offset() + probe.lengthBytes();
    for (long at = probe.offset(); at < end; at += piece.limit()) {
      piece.clear().limit((int) Math.min(PIECE_BYTES, end - at));
      assertThat(chain.read(at, piece)).isEqualTo(piece.limit());
      sha256.update(piece.flip());
    }
    return HexFormat.of().formatHex(sha256.digest());
  }

  /** Compares all that may hold data, and the edges of what does not. */
  private static void requireSameDisk(VhdxChain chain, Path raw) throws IOException {
    long size = chain.disk().sizeBytes();
    try (FileChannel file = FileChannel.open(raw)) {
      assertThat(file.size()).isEqualTo(size);
      Extent extent;
      for (long at = 0; at < size; at = extent.end()) {
        extent = chain.extentAt(at);
        long end = Math.min(extent.end(), size);
        // A few pieces of each run do: the VHDX of the same mount was compared whole.
        long stride = Math.max(PIECE_BYTES, (end - at) / PROBE_STRIDE);
        for (long place = at; place < end; place += stride) {
          int count = (int) Math.min(64 << 10, end - place);
          ByteBuffer fromVhdx = ByteBuffer.allocate(count);
          ByteBuffer fromRaw = ByteBuffer.allocate(count);
          chain.read(place, fromVhdx);
          while (fromRaw.hasRemaining()) {
            assertThat(file.read(fromRaw, place + fromRaw.position())).isPositive();
          }
          assertThat(fromRaw.flip()).as("at %d", place).isEqualTo(fromVhdx.flip());
        }
      }
    }
  }
}
