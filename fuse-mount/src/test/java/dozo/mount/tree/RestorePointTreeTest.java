package dozo.mount.tree;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dozo.format.manifest.RestorePoint;
import dozo.mount.fs.DirectoryEntry;
import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedFile;
import dozo.mount.fs.OpenFile;
import dozo.mount.image.ImageFormat;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RestorePointTreeTest {
  private final MemoryPoints points = new MemoryPoints();
  private final ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT);

  @AfterEach
  void closesEverything() {
    cache.close();
    assertThat(points.everythingClosed()).isTrue();
  }

  private static List<String> names(MountedDirectory directory) throws IOException {
    return directory.entries().stream().map(DirectoryEntry::name).toList();
  }

  private static MountedDirectory directory(MountedDirectory in, String name) throws IOException {
    return (MountedDirectory) in.child(name).orElseThrow();
  }

  private static MountedFile file(MountedDirectory in, String name) throws IOException {
    return (MountedFile) in.child(name).orElseThrow();
  }

  private static byte[] read(MountedFile file) throws IOException {
    try (OpenFile open = file.open()) {
      ByteBuffer target = ByteBuffer.allocate((int) open.sizeBytes());
      open.read(0, target);
      assertThat(target.hasRemaining()).isFalse();
      return target.array();
    }
  }

  @Test
  void showsDisksConfigurationAndDescriptionOfOnePoint() throws IOException {
    RestorePoint point = points.add(1, "web", "disk0", "vm.xml");
    MountedDirectory root = RestorePointTree.ofOne(point, points, ShownFaces.USUAL, cache).root();
    assertThat(names(root))
        .containsExactly("config", "disk0.raw", "disk0.vhdx", "restore-point.json");
    assertThat(read(file(root, "disk0.raw")))
        .isEqualTo(MemoryPoints.disk(1).content(0, MemoryPoints.DISK_BYTES));
    assertThat(read(file(directory(root, "config"), "vm.xml")))
        .isEqualTo(MemoryPoints.file(1).content(0, MemoryPoints.FILE_BYTES));
    assertThat(new String(read(file(root, "restore-point.json")), StandardCharsets.UTF_8))
        .contains("\"id\" : \"" + point.id() + "\"")
        .contains("\"name\" : \"web\"")
        .endsWith("}\n");
    assertThat(root.child("absent")).isEmpty();
    assertThatThrownBy(() -> file(root, "disk0.raw").openForWriting())
        .isInstanceOf(ReadOnlyFileSystemException.class);
  }

  @Test
  void showsTheFormatsThatWereChosen() throws IOException {
    RestorePoint point = points.add(1, "web", "disk0", "vm.xml");
    ShownFaces faces =
        new ShownFaces(EnumSet.of(ImageFormat.QCOW2, ImageFormat.VMDK), 1 << 20, Optional.empty());
    RestorePointTree tree = RestorePointTree.ofOne(point, points, faces, cache);
    MountedDirectory root = tree.root();
    assertThat(names(root))
        .as("a VMDK brings the raw disk along")
        .containsExactly("config", "disk0.qcow2", "disk0.raw", "disk0.vmdk", "restore-point.json");
    assertThat(new String(read(file(root, "disk0.vmdk")), StandardCharsets.UTF_8))
        .contains("FLAT \"disk0.raw\" 0");
    long size = file(root, "disk0.qcow2").attributes().sizeBytes();
    assertThat(points.opened).as("nothing is opened to tell it").isEmpty();
    byte[] qcow2 = read(file(root, "disk0.qcow2"));
    assertThat(size).isEqualTo(qcow2.length);
    byte[] disk = MemoryPoints.disk(1).content(0, MemoryPoints.DISK_BYTES);
    assertThat(Arrays.copyOfRange(qcow2, qcow2.length - disk.length, qcow2.length)).isEqualTo(disk);
    assertThat(tree.space().nodes()).isEqualTo(1 + 3 + 3 + 1);
  }

  @Test
  void refusesOrLeavesOutWhatADiskDoesNotFit() throws IOException {
    RestorePoint small = points.add(1, "web", "disk0", "vm.xml");
    RestorePoint large = MemoryPoints.withSectors(small, 4096);
    points.points.set(0, large);
    ShownFaces faces =
        new ShownFaces(EnumSet.of(ImageFormat.QCOW2, ImageFormat.VHD), 1 << 20, Optional.empty());
    assertThatThrownBy(() -> RestorePointTree.ofOne(large, points, faces, cache))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("disk0 cannot be a .vhd: its sectors have 4096 bytes");
    MountedDirectory all = RestorePointTree.ofAll(points, faces, cache).root();
    assertThat(names(directory(all, names(all).getFirst())))
        .containsExactly("config", "disk0.qcow2", "restore-point.json");
  }

  @Test
  void tellsSizesAndTheRoomThatDataTake() throws IOException {
    RestorePoint point = points.add(1, "web", "disk0", "vm.xml");
    RestorePointTree tree = RestorePointTree.ofOne(point, points, ShownFaces.USUAL, cache);
    var raw = file(tree.root(), "disk0.raw").attributes();
    assertThat(raw.sizeBytes()).isEqualTo(MemoryPoints.DISK_BYTES);
    assertThat(raw.allocatedBytes()).isEqualTo(MemoryPoints.disk(1).dataBytes());
    assertThat(raw.modified()).isEqualTo(point.created());
    var vhdx = file(tree.root(), "disk0.vhdx").attributes();
    assertThat(vhdx.sizeBytes()).isBetween(4L << 20, MemoryPoints.DISK_BYTES + (6L << 20));
    assertThat(tree.space().totalBytes()).isEqualTo(MemoryPoints.DISK_BYTES);
  }

  @Test
  void opensNothingForListingsAndADiskOnceForAllItsFiles() throws IOException {
    RestorePoint point = points.add(1, "web", "disk0", "vm.xml");
    MountedDirectory root = RestorePointTree.ofOne(point, points, ShownFaces.USUAL, cache).root();
    names(root);
    assertThat(points.opened).isEmpty();
    try (OpenFile vhdx = file(root, "disk0.vhdx").open()) {
      int opened = points.opened.size();
      try (OpenFile raw = file(root, "disk0.raw").open()) {
        assertThat(raw.sizeBytes()).isLessThan(vhdx.sizeBytes() + (20 << 20));
        assertThat(points.opened).hasSize(opened);
      }
      assertThat(points.everythingClosed()).isFalse();
    }
    assertThat(points.everythingClosed()).isTrue();
  }

  @Test
  void numbersNodesTheSameAtEveryMount() throws IOException {
    points.add(1, "web", "disk0", "vm.xml");
    points.add(2, "db", "disk0", "vm.xml");
    MountedDirectory first = RestorePointTree.ofAll(points, ShownFaces.USUAL, cache).root();
    MountedDirectory second = RestorePointTree.ofAll(points, ShownFaces.USUAL, cache).root();
    assertThat(first.inode()).isEqualTo(1);
    for (String name : names(first)) {
      assertThat(directory(first, name).inode()).isEqualTo(directory(second, name).inode());
      for (String below : List.of("disk0.raw", "disk0.vhdx", "config")) {
        assertThat(directory(first, name).child(below).orElseThrow().inode())
            .isEqualTo(directory(second, name).child(below).orElseThrow().inode())
            .isNotEqualTo(directory(first, name).inode());
      }
    }
  }

  @Test
  void givesEveryNameOfTheSourceAFileNameOfItsOwn() throws IOException {
    String long1 = "語".repeat(250);
    points.add(1, "a/b:c", long1, "x?y");
    MountedDirectory root = RestorePointTree.ofAll(points, ShownFaces.USUAL, cache).root();
    String name = names(root).getFirst();
    assertThat(name).startsWith("a_b_c_2026-11-21T12-00-01Z_");
    MountedDirectory directory = directory(root, name);
    assertThat(names(directory)).hasSize(4).anyMatch(it -> it.endsWith("語.vhdx"));
    assertThat(names(directory(directory, "config"))).containsExactly("x_y");
    assertThat(FileNames.free("disk0", ".raw", Set.of("disk0.raw"))).isEqualTo("disk0~2.raw");
  }

  @Test
  void showsPointsThatComeAndDropsPointsThatGo() throws IOException {
    RestorePoint first = points.add(1, "web", "disk0", "vm.xml");
    MountedDirectory root = RestorePointTree.ofAll(points, ShownFaces.USUAL, cache).root();
    MountedDirectory same = directory(root, names(root).getFirst());
    RestorePoint second = points.add(2, "web", "disk0", "vm.xml");
    assertThat(names(root)).hasSize(2);
    assertThat(directory(root, FileNames.of(first))).isSameAs(same);
    points.points.remove(first);
    assertThat(names(root)).containsExactly(FileNames.of(second));
  }

  @Test
  void showsWhatItKnewWhileTheBackEndHangs() throws IOException {
    points.add(1, "web", "disk0", "vm.xml");
    MountedDirectory root = RestorePointTree.ofAll(points, ShownFaces.USUAL, cache).root();
    CountDownLatch release = new CountDownLatch(1);
    points.beforeList =
        () -> {
          try {
            release.await();
          } catch (InterruptedException e) {
            throw new IllegalStateException(e);
          }
        };
    points.add(2, "web", "disk0", "vm.xml");
    assertThat(names(root)).hasSize(1);
    release.countDown();
    await().until(() -> names(root).size() == 2);
    points.beforeList =
        () -> {
          throw new IllegalStateException("gone");
        };
    assertThat(names(root)).hasSize(2);
  }
}
