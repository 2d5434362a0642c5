package dozo.repository;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.key.Argon2Cost;
import dozo.format.key.EmergencySheet;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RepositoryParameters;
import dozo.format.manifest.RestorePoint;
import dozo.format.pack.PackRepairer;
import dozo.format.pack.RepairedPack;
import dozo.repository.storage.LocalFiles;
import dozo.repository.storage.ReadableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is still to be had when keys or parts of packs are lost. */
final class DisasterIT {

  @TempDir Path directory;

  private final byte[] content = disk(new Random(1), 6 << 20);

  @Test
  void opensByTheEmergencySheetWhenEveryKeySlotIsLost() throws IOException {
    TestRepository.create(directory);
    RestorePoint point;
    byte[] paper;
    try (Repository repository = TestRepository.open(directory);
        EmergencySheet sheet = repository.keys().emergencySheet()) {
      point = backUp(repository, vm(1), Map.of("disk0", content));
      paper = sheet.text(Instant.EPOCH);
    }
    for (Path slot : filesUnder("keys")) {
      Files.delete(slot);
    }
    assertThatThrownBy(() -> TestRepository.open(directory))
        .isInstanceOf(CorruptDataException.class);

    try (EmergencySheet sheet = EmergencySheet.parse(paper);
        Repository repository = Repository.open(directory, sheet, TestRepository.options());
        SlotSecret secret = TestRepository.secret()) {
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      assertThat(repository.keys().isOpenedBySlot()).isFalse();
      repository.keys().addSlot(secret, Argon2Cost.DEFAULT, "after the fire");
    }
    try (Repository repository = TestRepository.open(directory)) {
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  @Test
  void bringsBackPartsOfPacksFromParity() throws IOException {
    RepositoryParameters small = TestRepository.SMALL_PACKS;
    TestRepository.create(
        directory,
        new RepositoryParameters(small.chunker(), small.segmentBytes(), small.packBytes(), 5));
    UUID repositoryId;
    RestorePoint point;
    try (Repository repository = TestRepository.open(directory)) {
      repositoryId = repository.identity().id();
      point = backUp(repository, vm(1), Map.of("disk0", content));
    }
    Random random = new Random(2);
    List<Path> packs = filesUnder("packs");
    assertThat(packs).hasSizeGreaterThan(2);
    for (Path pack : packs) {
      byte[] whole = Files.readAllBytes(pack);
      byte[] damaged = whole.clone();
      int at = random.nextInt(whole.length);
      Arrays.fill(damaged, at, Math.min(whole.length, at + (64 << 10)), (byte) 0);
      Files.write(pack, damaged);

      UUID id = UUID.fromString(pack.getFileName().toString().replace(".pack", ""));
      try (ReadableFile file = new LocalFiles().open(pack)) {
        RepairedPack repaired = PackRepairer.repair(file, id, repositoryId);
        byte[] read = new byte[(int) repaired.sizeBytes()];
        repaired.read(0, ByteBuffer.wrap(read));
        assertThat(Arrays.equals(read, whole)).as("%s, zeros at %d", pack, at).isTrue();
        Files.write(pack, read);
      }
    }
    try (Repository repository = TestRepository.open(directory)) {
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  private List<Path> filesUnder(String name) throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve(name))) {
      return files.filter(Files::isRegularFile).sorted().toList();
    }
  }
}
