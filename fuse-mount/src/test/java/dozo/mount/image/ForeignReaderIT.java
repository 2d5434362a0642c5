package dozo.mount.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dozo.format.manifest.RestorePoint;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that nobody here wrote find the disk in an image of it, of any size. */
final class ForeignReaderIT {
  private static final long MIB = 1 << 20;
  private static final long GIB = 1 << 30;

  @TempDir private Path directory;
  private final ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT);

  @BeforeEach
  void needsQemu() {
    assumeThat(Path.of("/usr/bin/qemu-img")).as("qemu-utils, without it NOT tested").exists();
  }

  @AfterEach
  void close() {
    cache.close();
  }

  private static String run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).as(List.of(command) + ": " + output).isZero();
    return output;
  }

  private String write(SparseSource source, ImageFormat format, int sectorBytes)
      throws IOException {
    Path file = directory.resolve("disk0" + format.suffix());
    Copies.write(source, source.image(format, VhdxForm.USUAL, sectorBytes, cache), file);
    return file.toString();
  }

  private static void compare(String format, String file, String raw) throws Exception {
    assertThat(run("qemu-img", "compare", "-f", format, "-F", "raw", file, raw))
        .contains("Images are identical");
    assertThat(run("qemu-img", "info", "-f", format, file))
        .contains("virtual size:", "(" + Files.size(Path.of(raw)) + " bytes)");
  }

  /** Data at both ends, and runs in between; odd sizes, and those at which a table is full. */
  @ParameterizedTest
  @ValueSource(
      longs = {
        512,
        3 * MIB,
        3 * MIB + 512,
        100 * MIB - 1024,
        512 * MIB,
        512 * MIB + 65_536 + 512,
        2 * GIB - 65_536,
        5 * GIB + 123 * 512
      })
  void findADiskWithDataAtBothEnds(long size) throws Exception {
    check(new SparseSource(size, size).withRuns(6, MIB).put(0, 700).put(size - 300, 300));
  }

  @Test
  void findAnEmptyDisk() throws Exception {
    check(new SparseSource(1, 700 * MIB + 512));
  }

  @Test
  void findADiskWithHolesAtBothEnds() throws Exception {
    check(new SparseSource(1, 3 * GIB + 512).put(GIB + 100, 3 * MIB));
  }

  private void check(SparseSource source) throws Exception {
    String raw = write(source, ImageFormat.RAW, 512);
    String qcow2 = write(source, ImageFormat.QCOW2, 512);
    assertThat(run("qemu-img", "check", "-f", "qcow2", qcow2))
        .contains("No errors were found on the image.");
    compare("qcow2", qcow2, raw);
    requireSameHoles(source, qcow2);

    compare("vpc", write(source, ImageFormat.VHD, 512), raw);
    RestorePoint point = source.point(512);
    Path vmdk = directory.resolve("disk0.vmdk");
    Files.writeString(
        vmdk, VmdkDescriptor.of(point, point.disks().getFirst(), Optional.empty(), "disk0.raw"));
    compare("vmdk", vmdk.toString(), raw);

    String vhdx = write(source, ImageFormat.VHDX, 512);
    assertThat(run("qemu-img", "check", "-f", "vhdx", vhdx)).contains("No errors were found");
    // qemu asks a VHDX for no holes, and reads all of it.
    if (source.sizeBytes() < GIB) {
      compare("vhdx", vhdx, raw);
    }
  }

  /**
   * The map shows data where a cluster has any, and nowhere else; qemu looks into the file, too,
   * and so sees that holes within a cluster are holes of the file.
   */
  private static void requireSameHoles(SparseSource source, String qcow2) throws Exception {
    int clusters = (int) Math.ceilDiv(source.sizeBytes(), Qcow2Layout.CLUSTER_BYTES);
    BitSet present = source.presence(Qcow2Layout.CLUSTER_BYTES, 0, clusters);
    long behind = (long) clusters * Qcow2Layout.CLUSTER_BYTES - source.sizeBytes();
    long most =
        (long) present.cardinality() * Qcow2Layout.CLUSTER_BYTES
            - (present.get(clusters - 1) ? behind : 0);
    long mapped =
        run("qemu-img", "map", "-f", "qcow2", qcow2)
            .lines()
            .skip(1)
            .mapToLong(line -> Long.decode(line.strip().split("\\s+", -1)[1]))
            .sum();
    assertThat(mapped).isBetween(source.dataBytes(), most);
  }

  /** A copy is a qcow2 like any other: clusters are found in its holes, and counted. */
  @Test
  void writeToACopy() throws Exception {
    SparseSource source = new SparseSource(4, GIB + 512).withRuns(5, MIB);
    String qcow2 = write(source, ImageFormat.QCOW2, 512);
    run(
        "qemu-io",
        "-f",
        "qcow2",
        "-c",
        "write -P 0xa1 300M 5M",
        "-c",
        "write -P 0xb2 1000M 70k",
        "-c",
        "write -z 0 4M",
        "-c",
        "flush",
        qcow2);
    assertThat(run("qemu-img", "check", "-f", "qcow2", qcow2)).contains("No errors were found");
    assertThat(
            run(
                "qemu-io",
                "-f",
                "qcow2",
                "-c",
                "read -P 0xa1 300M 5M",
                "-c",
                "read -P 0xb2 1000M 70k",
                "-c",
                "read -P 0 0 4M",
                qcow2))
        .doesNotContain("verification failed");
  }

  @Test
  void findTheLargestVhdAndALargeQcow2() throws Exception {
    long size = VhdFooter.MAXIMUM_BYTES;
    SparseSource source = new SparseSource(2, size).put(0, 9).put(size - 9, 9);
    String raw = write(source, ImageFormat.RAW, 512);
    compare("vpc", write(source, ImageFormat.VHD, 512), raw);
    String qcow2 = write(source, ImageFormat.QCOW2, 512);
    assertThat(run("qemu-img", "check", "-f", "qcow2", qcow2)).contains("No errors were found");
    compare("qcow2", qcow2, raw);
  }

  /** libvhdi reads VHD and VHDX, and is the only one here to read sectors of 4096 bytes. */
  @ParameterizedTest
  @ValueSource(ints = {512, 4096})
  void libvhdiFindsTheDisk(int sectorBytes) throws Exception {
    assumeThat(Path.of("/usr/bin/vhdimount")).as("libvhdi-utils, without it NOT tested").exists();
    long size = 37 * MIB + 8192;
    SparseSource source = new SparseSource(3, size).withRuns(6, MIB).put(size - 5, 5);
    Path raw = Path.of(write(source, ImageFormat.RAW, sectorBytes));
    for (ImageFormat format : List.of(ImageFormat.VHDX, ImageFormat.VHD)) {
      if (format.refusal(source.point(sectorBytes).disks().getFirst().geometry()).isPresent()) {
        continue;
      }
      String file = write(source, format, sectorBytes);
      assertThat(run("vhdiinfo", file)).contains("(" + size + " bytes)");
      Path mount = Files.createDirectory(directory.resolve("mount-" + format));
      run("vhdimount", file, mount.toString());
      try (var files = Files.list(mount)) {
        Path disk = files.max(Comparator.comparing(Path::toString)).orElseThrow();
        assertThat(Files.mismatch(disk, raw)).isEqualTo(-1);
      } finally {
        run("fusermount", "-u", mount.toString());
      }
    }
  }
}
