package dozo.repository;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.manifest.RestorePoint;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The index is deleted, damaged, exchanged or left behind: nothing is lost, and nothing stored
 * twice.
 */
final class IndexRecoveryIT {

  private final Path directory;
  private final byte[] content = disk(new Random(1), 6 << 20);
  private final RestorePoint point;

  IndexRecoveryIT(@TempDir Path directory) throws IOException {
    this.directory = directory;
    TestRepository.create(directory);
    try (Repository repository = TestRepository.open(directory)) {
      point = backUp(repository, vm(1), Map.of("disk0", content));
    }
  }

  private Path data() {
    return directory.resolve("index/data.mdb");
  }

  private void assertNothingIsLost() throws IOException {
    for (int i = 0; i < 2; i++) {
      try (Repository repository = TestRepository.open(directory)) {
        assertThat(repository.restorePoints()).contains(point);
        assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
        RestorePoint again = backUp(repository, vm(1), Map.of("disk0", content));
        assertThat(again.statistics().newChunks()).isZero();
        assertThat(repository.statistics().indexedChunks())
            .isEqualTo(repository.statistics().packs().chunks());
      }
    }
  }

  @Test
  void deleted() throws IOException {
    try (Stream<Path> files = Files.list(directory.resolve("index"))) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory.resolve("index"));

    assertNothingIsLost();
  }

  @Test
  void emptied() throws IOException {
    Files.write(data(), new byte[0]);

    assertNothingIsLost();
  }

  @Test
  void truncated() throws IOException {
    long size = Files.size(data());
    for (long length : List.of(size - 4096, size / 2, 5_000L, 100L)) {
      try (RandomAccessFile file = new RandomAccessFile(data().toFile(), "rw")) {
        file.setLength(Math.min(length, file.length()));
      }
      assertNothingIsLost();
    }
  }

  @Test
  void overwrittenWithGarbage() throws IOException {
    byte[] garbage = new byte[(int) Files.size(data())];
    new Random(2).nextBytes(garbage);
    Files.write(data(), garbage);

    assertNothingIsLost();
  }

  @Test
  void ofAnotherRepository(@TempDir Path other) throws IOException {
    TestRepository.create(other);
    try (Repository repository = TestRepository.open(other)) {
      backUp(repository, vm(1), Map.of("disk0", disk(new Random(3), 1 << 20)));
    }
    Files.copy(other.resolve("index/data.mdb"), data(), StandardCopyOption.REPLACE_EXISTING);

    assertNothingIsLost();
  }

  @Test
  void olderThanThePacks() throws IOException {
    Path old = directory.resolve("index/old");
    Files.copy(data(), old);
    byte[] more = disk(new Random(4), 3 << 20);
    RestorePoint later;
    try (Repository repository = TestRepository.open(directory)) {
      later = backUp(repository, vm(2), Map.of("disk0", more));
    }
    Files.move(old, data(), StandardCopyOption.REPLACE_EXISTING);

    assertNothingIsLost();
    try (Repository repository = TestRepository.open(directory)) {
      assertThat(readDisk(repository, later, "disk0")).isEqualTo(more);
    }
  }

  /** What the index says of a chunk is a hint: if it is wrong, the packs are none the worse. */
  @Test
  void namingPlacesWhereNothingIs() throws IOException {
    byte[] index = Files.readAllBytes(data());
    List<ChunkId> ids;
    try (Repository repository = TestRepository.open(directory);
        ChunkSource disk = repository.openDisk(point.id(), "disk0")) {
      ids =
          disk.extents(0, 1_000).stream()
              .filter(extent -> !extent.isHole())
              .map(Extent::id)
              .toList();
    }
    Random random = new Random(5);
    int changed = 0;
    for (ChunkId id : ids.subList(0, ids.size() / 2)) {
      byte[] key = ByteBuffer.allocate(16).putLong(id.first()).putLong(id.second()).array();
      for (int at = 0; at + key.length + 12 <= index.length; at++) {
        if (Arrays.equals(key, 0, key.length, index, at, at + key.length)) {
          // Behind the key come the number of the pack, the place and the length, in 4 bytes each.
          index[at + key.length + 4 + random.nextInt(8)] ^= (byte) (1 + random.nextInt(255));
          changed++;
        }
      }
    }
    assertThat(changed).isPositive();
    Files.write(data(), index);

    try (Repository repository = TestRepository.open(directory)) {
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      assertThat(repository.statistics().damagedSegments()).isZero();
      assertThat(repository.verify(VerifyRequest.all(true), VerifyListener.NONE).isSound())
          .isTrue();
      RestorePoint again = backUp(repository, vm(1), Map.of("disk0", content));
      assertThat(readDisk(repository, again, "disk0")).isEqualTo(content);
    }
  }
}
