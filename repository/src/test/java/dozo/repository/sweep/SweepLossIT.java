package dozo.repository.sweep;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static dozo.repository.sweep.SweepFixture.THOROUGH;
import static dozo.repository.sweep.SweepFixture.bytes;
import static dozo.repository.sweep.SweepFixture.sharing;
import static dozo.repository.sweep.SweepFixture.sweep;
import static dozo.repository.sweep.SweepFixture.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.disk.ChunkSource;
import dozo.format.manifest.RestorePoint;
import dozo.format.pack.PackDirectory;
import dozo.repository.Repository;
import dozo.repository.pack.PackLibrary;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.FilePublisher;
import dozo.repository.storage.LocalFiles;
import dozo.repository.storage.LocalPackStorage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sweeps of repositories in which something that is needed cannot be read, or is gone. */
final class SweepLossIT {

  private static final int SIZE = 512 << 10;

  @TempDir Path directory;

  private SweepFixture fixture;

  @BeforeEach
  void create() throws IOException {
    fixture = new SweepFixture(directory);
  }

  @Test
  void givesNothingBackWhileAMapNodeCannotBeRead() throws IOException {
    try (Repository repository = fixture.open()) {
      backUp(repository, vm(1), Map.of("disk0", bytes(1, SIZE)));
    }
    byte[] content = bytes(2, SIZE);
    List<Path> before = packs();
    RestorePoint point;
    try (Repository repository = fixture.open()) {
      point = backUp(repository, vm(2), Map.of("disk0", content));
    }
    Path nodes = newNodes(before);
    try (Repository repository = fixture.open()) {
      RestorePoint gone = backUp(repository, vm(3), Map.of("disk0", bytes(3, SIZE)));
      repository.pruner().forget(gone.id());
    }
    overwrite(nodes, 100);
    try (Repository repository = fixture.open()) {
      assertThatThrownBy(() -> sweep(repository, THOROUGH))
          .isInstanceOf(CorruptDataException.class)
          .hasMessageContaining("map node");
      assertThat(fixture.files("trash")).isZero();

      backUp(repository, vm(2), Map.of("disk0", content));
      SweepReport report = sweep(repository, THOROUGH);
      assertThat(report.dead().count()).isPositive();
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepsTheGoodOneOfTwoCopies(boolean firstRots) throws IOException {
    byte[] content = bytes(1, SIZE);
    RestorePoint point;
    try (Repository repository = fixture.open()) {
      point = backUp(repository, vm(1), Map.of("disk0", content));
    }
    List<Path> first = packs();
    Path hidden = Files.createDirectory(directory.resolveSibling("hidden-" + point.id()));
    for (Path pack : first) {
      Files.move(pack, hidden.resolve(pack.getFileName()));
    }
    try (Repository repository = fixture.open()) {
      backUp(repository, vm(2), Map.of("disk0", content));
    }
    // There are two copies of everything now. One rots, and the index does not know which.
    List<Path> second = packs();
    for (Path pack : first) {
      Files.move(hidden.resolve(pack.getFileName()), pack);
    }
    for (Path pack : firstRots ? first : second) {
      overwrite(pack, 200);
    }
    try (Stream<Path> files = Files.list(directory.resolve("index"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    try (Repository repository = fixture.open()) {
      for (int i = 0; i < 3; i++) {
        sweep(repository, THOROUGH);
        assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      }
      verify(repository);
    } finally {
      Files.delete(hidden);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void keepsTheOtherCopyOfWhatIsFoundDamagedWhileItRuns(boolean firstRots) throws IOException {
    byte[] first = sharing(bytes(9, 60 << 10), 1, 40 << 10);
    byte[] second = sharing(bytes(9, 60 << 10), 2, 40 << 10);
    List<RestorePoint> points = new ArrayList<>();
    try (Repository repository = fixture.open()) {
      points.add(backUp(repository, vm(1), Map.of("disk0", first)));
    }
    Path firstData = largest(packs());
    Path hidden = directory.resolveSibling("hidden-" + points.getFirst().id());
    Files.move(firstData, hidden);
    RestorePoint gone;
    Path secondData;
    try (Repository repository = fixture.open()) {
      points.add(backUp(repository, vm(2), Map.of("disk0", second)));
      secondData = largest(packs());
      gone = backUp(repository, vm(3), Map.of("disk0", bytes(3, 20 << 10)));
    }
    // Both packs hold the first 40 KiB, and each something that only it has.
    Files.move(hidden, firstData);
    try (Stream<Path> files = Files.list(directory.resolve("index"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    try (Repository repository = fixture.open()) {
      repository.pruner().forget(gone.id());
      AtomicInteger rotted = new AtomicInteger();
      repository
          .sweeper()
          .sweep(
              THOROUGH,
              (phase, done, total) -> {
                if (phase == SweepListener.Phase.RETIRE && rotted.getAndIncrement() == 0) {
                  rotFirstChunk(repository, points.getFirst(), firstRots ? firstData : secondData);
                  readBoth(repository, points, first, second);
                }
              });
      assertThat(rotted).hasPositiveValue();
      readBoth(repository, points, first, second);
      sweep(repository, THOROUGH);
      readBoth(repository, points, first, second);
      verify(repository);
    }
  }

  /** Damages the segment of a pack that holds the first chunk of a restore point. */
  private void rotFirstChunk(Repository repository, RestorePoint point, Path pack) {
    FileLayer files = new LocalFiles();
    PackLibrary library =
        new PackLibrary(
            new LocalPackStorage(
                files,
                new FilePublisher(files, directory.resolve("tmp")),
                directory.resolve("packs"),
                directory.resolve("trash")),
            repository.keys()::ring);
    try (ChunkSource source = repository.openDisk(point.id(), "disk0")) {
      UUID id = UUID.fromString(pack.getFileName().toString().replace(".pack", ""));
      PackDirectory listed = library.list(id).directory();
      int chunk = listed.find(source.extents(0, 1).getFirst().id());
      overwrite(pack, listed.offset(listed.segmentOf(chunk)) + 100);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void readBoth(
      Repository repository, List<RestorePoint> points, byte[] first, byte[] second) {
    try {
      assertThat(readDisk(repository, points.getFirst(), "disk0")).isEqualTo(first);
      assertThat(readDisk(repository, points.getLast(), "disk0")).isEqualTo(second);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static Path largest(List<Path> packs) {
    return packs.stream().max(Comparator.comparingLong(SweepLossIT::size)).orElseThrow();
  }

  @Test
  void reportsWhatIsNeededAndMissing() throws IOException {
    RestorePoint point;
    try (Repository repository = fixture.open()) {
      point = backUp(repository, vm(1), Map.of("disk0", bytes(1, SIZE)));
    }
    Path lost = largest(packs());
    Files.delete(lost);
    try (Repository repository = fixture.open()) {
      SweepReport report = sweep(repository, THOROUGH);
      assertThat(report.damaged()).isNotEmpty();
      assertThat(report.damaged())
          .allMatch(damage -> damage.isMissing() && damage.restorePoint().equals(point.id()));
    }
  }

  private List<Path> packs() throws IOException {
    try (Stream<Path> paths = Files.walk(directory.resolve("packs"))) {
      return paths.filter(Files::isRegularFile).sorted().toList();
    }
  }

  private static long size(Path file) {
    return file.toFile().length();
  }

  /** The one pack of map nodes that was not there before. */
  private Path newNodes(List<Path> before) throws IOException {
    List<Path> nodes = new ArrayList<>();
    for (Path pack : packs()) {
      if (!before.contains(pack) && Files.readAllBytes(pack)[52] == 2) {
        nodes.add(pack);
      }
    }
    assertThat(nodes).hasSize(1);
    return nodes.getFirst();
  }

  private static void overwrite(Path file, long offset) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(new byte[64]), offset);
    }
  }
}
