package dozo.repository;

import static dozo.repository.TestRepository.backUp;
import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.readDisk;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.manifest.RestorePoint;
import dozo.repository.storage.CountedFiles;
import dozo.repository.storage.FaultyFiles;
import dozo.repository.storage.FaultyFiles.Operation;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CorruptionIT {

  private static final int PACK_HEADER_BYTES = 64;
  private static final int FIRST_SEALED_BYTE = PACK_HEADER_BYTES + 32;

  private final Path directory;
  private final byte[] content = disk(new Random(1), 3 << 20);
  private final RestorePoint point;

  CorruptionIT(@TempDir Path directory) throws IOException {
    this.directory = directory;
    TestRepository.create(directory);
    try (Repository repository = TestRepository.open(directory)) {
      point = backUp(repository, vm(1), Map.of("disk0", content));
    }
  }

  private List<Path> packs() throws IOException {
    try (Stream<Path> files = Files.walk(directory.resolve("packs"))) {
      return files
          .filter(Files::isRegularFile)
          .sorted(Comparator.comparingLong(CorruptionIT::size).reversed())
          .toList();
    }
  }

  private static long size(Path file) {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void flip(Path file, long offset, int mask) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    bytes[(int) offset] ^= (byte) mask;
    Files.write(file, bytes);
  }

  private static String id(Path pack) {
    String name = pack.getFileName().toString();
    return name.substring(0, name.length() - ".pack".length());
  }

  /**
   * Flips a bit in many places of every pack: what is read is right, or an error that names the
   * pack.
   */
  @Test
  void neverGivesWrongBytes() throws IOException {
    Random random = new Random(2);
    int failed = 0;
    for (int round = 0; round < 60; round++) {
      List<Path> packs = packs();
      Path pack = packs.get(random.nextInt(packs.size()));
      byte[] original = Files.readAllBytes(pack);
      int offset = random.nextInt(original.length);
      flip(pack, offset, 1 << random.nextInt(8));
      try (Repository repository = TestRepository.open(directory)) {
        byte[] read = readDisk(repository, point, "disk0");
        assertThat(read).isEqualTo(content);
      } catch (DozoException e) {
        failed++;
        assertThat(e).hasMessageContaining(id(pack)).hasMessageContaining("offset");
      }
      Files.write(pack, original);
      forgetDamage();
    }
    assertThat(failed).isGreaterThan(30);
  }

  private void forgetDamage() throws IOException {
    for (String name : List.of("state/damage", "index")) {
      Path kind = directory.resolve(name);
      if (Files.exists(kind)) {
        try (Stream<Path> files = Files.list(kind)) {
          for (Path file : files.toList()) {
            Files.delete(file);
          }
        }
      }
    }
  }

  /** An interrupt closes a file for all its readers, and reads keep packs open for one another. */
  @Test
  void readsOnWhereAnotherReaderWasInterrupted() throws IOException {
    CountedFiles files = new CountedFiles();
    try (Repository repository =
        TestRepository.open(directory, TestRepository.options().withFiles(files))) {
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      assertThat(files.open()).as("packs that reads keep open").isPositive();
      files.interrupt();
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      assertThat(repository.statistics().damagedSegments()).isZero();
    }
    assertThat(files.open()).isZero();
  }

  @Test
  void namesChunkPackAndOffset() throws IOException {
    Path pack = packs().getFirst();
    flip(pack, FIRST_SEALED_BYTE, 1);

    try (Repository repository = TestRepository.open(directory)) {
      for (int i = 0; i < 2; i++) {
        assertThatThrownBy(() -> readDisk(repository, point, "disk0"))
            .isInstanceOf(CorruptDataException.class)
            .hasMessageContaining("chunk ")
            .hasMessageContaining("pack " + id(pack))
            .hasMessageContaining("offset " + PACK_HEADER_BYTES)
            .hasMessageContaining(pack.toString());
      }
      assertThat(repository.statistics().damagedSegments()).isEqualTo(1);
    }
  }

  @Test
  void theNextBackupHealsWhatWasFoundDamaged() throws IOException {
    flip(packs().getFirst(), FIRST_SEALED_BYTE, 1);
    try (Repository repository = TestRepository.open(directory)) {
      assertThatThrownBy(() -> readDisk(repository, point, "disk0"))
          .isInstanceOf(CorruptDataException.class);

      RestorePoint healing = backUp(repository, vm(1), Map.of("disk0", content));

      assertThat(healing.statistics().newChunks()).isBetween(1L, 20L);
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  @Test
  void remembersDamageWhenTheIndexIsMadeAnew() throws IOException {
    flip(packs().getFirst(), FIRST_SEALED_BYTE, 1);
    try (Repository repository = TestRepository.open(directory)) {
      assertThatThrownBy(() -> readDisk(repository, point, "disk0"))
          .isInstanceOf(CorruptDataException.class);
    }
    Files.delete(directory.resolve("index/data.mdb"));

    try (Repository repository = TestRepository.open(directory)) {
      assertThat(repository.statistics().damagedSegments()).isEqualTo(1);
      backUp(repository, vm(1), Map.of("disk0", content));
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
    try (Repository repository = TestRepository.open(directory)) {
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  @Test
  void usesAnotherCopyWhereThereIsOne() throws IOException {
    List<Path> before = packs();
    Path first = before.getFirst();
    flip(first, FIRST_SEALED_BYTE, 1);
    try (Repository repository = TestRepository.open(directory)) {
      assertThatThrownBy(() -> readDisk(repository, point, "disk0"))
          .isInstanceOf(CorruptDataException.class);
      backUp(repository, vm(1), Map.of("disk0", content));
    }
    flip(first, FIRST_SEALED_BYTE, 1);
    Path second = packs().stream().filter(pack -> !before.contains(pack)).findFirst().orElseThrow();
    for (Path damaged : List.of(first, second)) {
      forgetDamage();
      flip(damaged, FIRST_SEALED_BYTE, 1);
      try (Repository repository = TestRepository.open(directory)) {
        assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      }
      flip(damaged, FIRST_SEALED_BYTE, 1);
    }
  }

  @Test
  void oneReadErrorTakesNothingOutOfUse() throws IOException {
    FaultyFiles files = new FaultyFiles();
    try (Repository repository =
        TestRepository.open(directory, TestRepository.options().withFiles(files))) {
      AtomicInteger reads = new AtomicInteger();
      int whole = 0;
      for (int failing = 0; reads.getAndSet(0) >= failing; failing++) {
        int last = failing;
        files.failIf(event -> {
          if (event.is(Operation.READ, ".pack") && reads.getAndIncrement() == last) {
            throw new IOException("injected");
          }
        });
        try {
          assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
          whole++;
        } catch (IOException e) {
          assertThat(e).hasMessageContaining("injected");
        }
        assertThat(repository.statistics().damagedSegments()).isZero();
      }
      assertThat(whole).isPositive();
    }
  }

  @Test
  void readsAgainWhatCouldNotBeReadForATime() throws IOException {
    flip(packs().getFirst(), FIRST_SEALED_BYTE, 1);
    try (Repository repository = TestRepository.open(directory)) {
      assertThatThrownBy(() -> readDisk(repository, point, "disk0"))
          .isInstanceOf(CorruptDataException.class);
      flip(packs().getFirst(), FIRST_SEALED_BYTE, 1);

      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
      assertThat(repository.statistics().damagedSegments()).isEqualTo(1);
    }
  }

  @Test
  void tellsAMissingPack() throws IOException {
    Files.delete(packs().getFirst());

    try (Repository repository = TestRepository.open(directory)) {
      assertThatThrownBy(() -> readDisk(repository, point, "disk0"))
          .isInstanceOf(dozo.format.MissingChunkException.class)
          .hasMessageContaining("restore point " + point.id() + ", disk disk0");
      backUp(repository, vm(1), Map.of("disk0", content));
      assertThat(readDisk(repository, point, "disk0")).isEqualTo(content);
    }
  }

  @Test
  void verifyTellsExactlyWhichRangesAreLost() throws IOException {
    try (Repository repository = TestRepository.open(directory)) {
      VerifyReport sound = repository.verify(VerifyRequest.all(true), VerifyListener.NONE);
      assertThat(sound.isSound()).as(sound.toString()).isTrue();
      assertThat(sound.bytes()).isEqualTo(point.disks().getFirst().map().dataBytes());
      assertThat(repository.verify(VerifyRequest.all(false), VerifyListener.NONE).isSound())
          .isTrue();
    }
    flip(packs().getFirst(), FIRST_SEALED_BYTE, 1);
    try (Repository repository = TestRepository.open(directory)) {
      VerifyReport quick = repository.verify(VerifyRequest.all(false), VerifyListener.NONE);
      assertThat(quick.isSound()).as("nothing is read but maps").isTrue();
      VerifyReport report =
          repository.verify(VerifyRequest.of(point.id(), true), VerifyListener.NONE);

      assertThat(report.brokenRestorePoints()).containsExactly(point.id());
      assertThat(report.damages()).hasSizeBetween(1, 40);
      for (VerifyReport.Damage damage : report.damages()) {
        assertThat(damage.reason()).contains(id(packs().getFirst()));
        assertThat(damage.name()).isEqualTo("disk0");
      }
      assertThat(repository.verify(VerifyRequest.all(false), VerifyListener.NONE).damages())
          .as("what was found damaged is not there any more")
          .hasSameSizeAs(report.damages());
    }
  }
}
