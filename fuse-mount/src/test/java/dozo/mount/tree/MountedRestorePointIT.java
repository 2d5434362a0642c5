package dozo.mount.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.format.disk.ChunkSource;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.mount.fuse.FuseMount;
import dozo.mount.fuse.MountOptions;
import dozo.mount.image.ImageFormat;
import dozo.mount.image.SparseSource;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore point on a real mount, read by programs that nobody here wrote. */
final class MountedRestorePointIT {
  @TempDir Path directory;

  @BeforeEach
  void needsFuse() {
    if (!Files.isWritable(Path.of("/dev/fuse"))) {
      System.err.println("SKIPPED: /dev/fuse cannot be opened here, so mounts are NOT tested");
    }
    assumeThat(Path.of("/dev/fuse")).isWritable();
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(List.of(command) + ": " + output).isZero();
    return output;
  }

  @Test
  void isReadAsRawAndAsVhdx() throws Exception {
    MemoryPoints points = new MemoryPoints();
    RestorePoint point = points.add(1, "web", "disk0", "vm.xml");
    byte[] content = MemoryPoints.disk(1).content(0, MemoryPoints.DISK_BYTES);
    Path mountPoint = Files.createDirectory(directory.resolve("mount"));
    Path converted = directory.resolve("converted.raw");
    try (ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT);
        FuseMount mount =
            FuseMount.open(
                mountPoint,
                RestorePointTree.ofOne(point, points, ShownFaces.USUAL, cache),
                MountOptions.of("test"))) {
      Path root = mount.mountPoint();
      assertThat(root.resolve("disk0.raw")).hasBinaryContent(content);
      assertThat(root.resolve("config/vm.xml"))
          .hasBinaryContent(MemoryPoints.file(1).content(0, MemoryPoints.FILE_BYTES));
      assertThat(Files.readString(root.resolve("restore-point.json"))).contains("\"web\"");
      if (!Files.isExecutable(Path.of("/usr/bin/qemu-img"))) {
        System.err.println("SKIPPED: qemu-img is not here, so the VHDX is NOT read back");
      } else {
        String vhdx = root.resolve("disk0.vhdx").toString();
        run("qemu-img", "check", "-f", "vhdx", vhdx);
        run("qemu-img", "convert", "-f", "vhdx", "-O", "raw", vhdx, converted.toString());
        assertThat(converted).hasBinaryContent(content);
      }
    }
    assertThat(points.everythingClosed()).isTrue();
  }

  @Test
  void isReadInEveryFormat() throws Exception {
    assumeThat(Path.of("/usr/bin/qemu-img")).as("qemu-utils, without it NOT tested").exists();
    MemoryPoints points = new MemoryPoints();
    RestorePoint point = points.add(1, "web", "disk \"0\"", "vm.xml");
    ShownFaces all = new ShownFaces(EnumSet.allOf(ImageFormat.class), 1 << 20, Optional.empty());
    Path mountPoint = Files.createDirectory(directory.resolve("mount"));
    try (ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT);
        FuseMount mount =
            FuseMount.open(
                mountPoint,
                RestorePointTree.ofOne(point, points, all, cache),
                MountOptions.of("test"))) {
      Path root = mount.mountPoint();
      String raw = root.resolve("disk _0_.raw").toString();
      for (String format : List.of("vhdx", "qcow2", "vmdk", "vpc")) {
        String suffix = format.equals("vpc") ? "vhd" : format;
        String file = root.resolve("disk _0_." + suffix).toString();
        assertThat(run("qemu-img", "compare", "-f", format, "-F", "raw", file, raw))
            .contains("Images are identical");
      }
      run("qemu-img", "check", "-f", "qcow2", root.resolve("disk _0_.qcow2").toString());
    }
    assertThat(points.everythingClosed()).isTrue();
  }

  /** A restore point of one disk that is almost all holes. */
  private record OnePoint(RestorePoint point, SparseSource disk) implements RestorePoints {
    @Override
    public List<RestorePoint> list() {
      return List.of(point);
    }

    @Override
    public ChunkSource openDisk(RestorePointId id, String name) {
      return disk;
    }

    @Override
    public ChunkSource openFile(RestorePointId id, String name) {
      throw new UnsupportedOperationException("there are no files");
    }
  }

  @Test
  void theLargestDiskIsReadAtBothEnds() throws Exception {
    assumeThat(Path.of("/usr/bin/qemu-img")).as("qemu-utils, without it NOT tested").exists();
    long size = 64L << 40;
    SparseSource disk = new SparseSource(9, size).put(0, 5000).put(size - 5000, 5000);
    OnePoint points = new OnePoint(disk.point(512), disk);
    ShownFaces faces =
        new ShownFaces(
            EnumSet.of(ImageFormat.QCOW2, ImageFormat.VHDX), 256 << 20, Optional.empty());
    Path mountPoint = Files.createDirectory(directory.resolve("mount"));
    try (ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT);
        FuseMount mount =
            FuseMount.open(
                mountPoint,
                RestorePointTree.ofOne(points.point(), points, faces, cache),
                MountOptions.of("test"))) {
      for (String format : List.of("qcow2", "vhdx")) {
        String file = mount.mountPoint().resolve("disk0." + format).toString();
        assertThat(run("qemu-img", "info", "-f", format, file)).contains("(" + size + " bytes)");
        for (long at : new long[] {0, size / 2, size - 8192}) {
          Path piece = directory.resolve("piece");
          run(
              "qemu-img",
              "dd",
              "-f",
              format,
              "-O",
              "raw",
              "bs=8192",
              "skip=" + at / 8192,
              "count=" + (at / 8192 + 1),
              "if=" + file,
              "of=" + piece);
          assertThat(piece).hasBinaryContent(disk.expected(at, 8192));
          Files.delete(piece);
        }
      }
      String qcow2 = mount.mountPoint().resolve("disk0.qcow2").toString();
      assertThat(run("qemu-img", "map", "-f", "qcow2", qcow2).lines().count()).isEqualTo(3);
    }
  }
}
