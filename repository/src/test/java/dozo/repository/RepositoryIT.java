package dozo.repository;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.readAll;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.disk.ChunkSource;
import dozo.format.manifest.RestorePoint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RepositoryIT {

  @TempDir Path directory;

  @BeforeEach
  void create() throws IOException {
    TestRepository.create(directory);
  }

  @Test
  void givesBackWhatWasBackedUp() throws IOException {
    byte[] first = disk(new Random(1), 9_000_000 / 512 * 512);
    byte[] second = disk(new Random(2), 3 << 20);
    byte[] config = "<domain/>".getBytes(java.nio.charset.StandardCharsets.UTF_8);
    RestorePoint point;
    try (Repository repository = TestRepository.open(directory)) {
      point =
          backUp(
              repository,
              vm(1),
              Map.of("disk0", first, "disk1", second),
              Map.of("config.xml", config));

      assertThat(readDisk(repository, point, "disk0")).isEqualTo(first);
    }
    try (Repository repository = TestRepository.open(directory)) {
      assertThat(repository.restorePoints()).isEqualTo(List.of(point));
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(first);
      assertThat(readDisk(repository, point, "disk1")).isEqualTo(second);
      try (ChunkSource file = repository.openFile(point.id(), "config.xml")) {
        assertThat(readAll(file)).isEqualTo(config);
      }
    }
  }

  @Test
  void storesNothingOfAnUnchangedDisk() throws IOException {
    byte[] content = disk(new Random(3), 6 << 20);
    try (Repository repository = TestRepository.open(directory)) {
      RestorePoint first = backUp(repository, vm(1), Map.of("disk0", content));
      RestorePoint again = backUp(repository, vm(1), Map.of("disk0", content));

      assertThat(first.statistics().newBytes()).isPositive();
      assertThat(again.statistics().newChunks()).isZero();
      assertThat(again.statistics().storedBytes()).isZero();
      assertThat(again.disks().getFirst().map()).isEqualTo(first.disks().getFirst().map());
    }
    try (Repository repository = TestRepository.open(directory)) {
      assertThat(backUp(repository, vm(2), Map.of("disk0", content)).statistics().storedBytes())
          .isZero();
    }
  }
}
