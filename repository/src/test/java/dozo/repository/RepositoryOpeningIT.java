package dozo.repository;

import static dozo.repository.TestRepository.disk;
import static dozo.repository.TestRepository.vm;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.format.ForeignDirectoryException;
import dozo.format.FormatTooNewException;
import dozo.format.RepositoryLockedException;
import dozo.format.RepositoryNotFoundException;
import dozo.format.WrongKeyException;
import dozo.format.key.Argon2Cost;
import dozo.format.key.KeyFile;
import dozo.format.key.KeySlot;
import dozo.format.key.Passphrase;
import dozo.format.key.SlotSecret;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.StateEntry;
import dozo.repository.storage.FaultyFiles;
import dozo.repository.storage.FaultyFiles.Operation;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.JsonNodeFactory;

final class RepositoryOpeningIT {

  private static final Argon2Cost CHEAP = new Argon2Cost(64, 1, 1);

  @TempDir Path parent;

  private Path directory() {
    return parent.resolve("repository");
  }

  private static Map<Path, String> contents(Path directory) throws IOException {
    Map<Path, String> contents = new TreeMap<>();
    try (Stream<Path> files = Files.walk(directory)) {
      files
          .filter(Files::isRegularFile)
          .filter(file -> !file.toString().contains("/index/"))
          .forEach(file -> {
            try {
              contents.put(file, java.util.HexFormat.of().formatHex(Files.readAllBytes(file)));
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    }
    return contents;
  }

  @Test
  void doesNotTouchADirectoryThatHoldsSomethingElse() throws IOException {
    Files.createDirectory(directory());
    Files.writeString(directory().resolve("letters.txt"), "mine");
    Map<Path, String> before = contents(directory());

    assertThatThrownBy(() -> TestRepository.create(directory()))
        .isInstanceOf(ForeignDirectoryException.class)
        .hasMessageContaining("letters.txt");
    assertThatThrownBy(() -> TestRepository.open(directory()))
        .isInstanceOf(RepositoryNotFoundException.class);

    assertThat(contents(directory())).isEqualTo(before);
  }

  @Test
  void refusesToMakeARepositoryTwice() throws IOException {
    TestRepository.create(directory());

    assertThatThrownBy(() -> TestRepository.create(directory()))
        .isInstanceOf(ForeignDirectoryException.class)
        .hasMessageContaining("There is a repository already");
  }

  @Test
  void tellsWhatIsWrongBeforeAskingForTheKey() throws IOException {
    assertThatThrownBy(() -> TestRepository.open(directory()))
        .isInstanceOf(RepositoryNotFoundException.class);

    Files.createDirectory(directory());
    Path identity = directory().resolve("repository.dozo");
    Files.writeString(identity, "a file that somebody else calls so, and that is not of Dozo");
    assertThatThrownBy(() -> TestRepository.open(directory()))
        .isInstanceOf(ForeignDirectoryException.class);
    Files.delete(identity);

    TestRepository.create(directory());
    byte[] file = Files.readAllBytes(identity);
    Files.write(identity, newer(file));
    assertThatThrownBy(() -> TestRepository.open(directory()))
        .isInstanceOf(FormatTooNewException.class);
    Files.write(identity, file);

    try (SlotSecret wrong = KeyFile.of(new byte[32])) {
      assertThatThrownBy(() -> Repository.open(directory(), wrong, TestRepository.options()))
          .isInstanceOf(WrongKeyException.class);
    }
    TestRepository.open(directory()).close();
  }

  /** The same file with the next format version, and a checksum that fits. */
  private static byte[] newer(byte[] file) {
    byte[] newer = file.clone();
    newer[8] = 2;
    java.util.zip.CRC32C crc = new java.util.zip.CRC32C();
    crc.update(newer, 0, newer.length - 8);
    java.nio.ByteBuffer.wrap(newer)
        .order(java.nio.ByteOrder.LITTLE_ENDIAN)
        .putInt(newer.length - 8, (int) crc.getValue());
    return newer;
  }

  @Test
  void letsOneProcessChangeOrSeveralRead() throws IOException {
    TestRepository.create(directory());
    try (Repository open = TestRepository.open(directory())) {
      assertThat(open.isReadOnly()).isFalse();
      assertThatThrownBy(() -> TestRepository.open(directory()))
          .isInstanceOf(RepositoryLockedException.class);
      assertThatThrownBy(this::openReadOnly).isInstanceOf(RepositoryLockedException.class);
    }
    try (Repository first = openReadOnly();
        Repository second = openReadOnly()) {
      assertThat(first.identity()).isEqualTo(second.identity());
      assertThatThrownBy(() -> TestRepository.open(directory()))
          .isInstanceOf(RepositoryLockedException.class);
    }
    TestRepository.open(directory()).close();
  }

  private Repository openReadOnly() throws IOException {
    try (SlotSecret secret = TestRepository.secret()) {
      return Repository.openReadOnly(directory(), secret, TestRepository.options());
    }
  }

  @Test
  void readsWithoutChangingAnything() throws IOException {
    TestRepository.create(directory());
    byte[] disk = TestRepository.disk(new Random(1), 3 << 20);
    RestorePoint point;
    try (Repository repository = TestRepository.open(directory())) {
      point = TestRepository.backUp(repository, TestRepository.vm(1), Map.of("disk0", disk));
    }
    Files.writeString(directory().resolve("tmp/left.tmp"), "left");
    Map<Path, String> before = contents(directory());

    try (Repository repository = openReadOnly()) {
      assertThat(TestRepository.readDisk(repository, point, "disk0")).isEqualTo(disk);
      assertThatThrownBy(
              () -> TestRepository.backUp(repository, TestRepository.vm(1), Map.of("d", disk)))
          .isInstanceOf(IllegalStateException.class);
    }
    assertThat(contents(directory())).isEqualTo(before);
  }

  @Test
  void readsWhateverTheIndexIsLike() throws IOException {
    TestRepository.create(directory());
    byte[] first = TestRepository.disk(new Random(4), 2 << 20);
    byte[] second = TestRepository.disk(new Random(5), 2 << 20);
    Path index = directory().resolve("index/data.mdb");
    Path old = parent.resolve("old");
    try (Repository repository = TestRepository.open(directory())) {
      TestRepository.backUp(repository, TestRepository.vm(1), Map.of("disk0", first));
    }
    Files.copy(index, old);
    try (Repository repository = TestRepository.open(directory())) {
      TestRepository.backUp(repository, TestRepository.vm(2), Map.of("disk0", second));
    }
    for (String state : List.of("current", "behind", "garbage", "gone")) {
      Files.deleteIfExists(index.resolveSibling("lock.mdb"));
      switch (state) {
        case "behind" -> Files.copy(old, index, StandardCopyOption.REPLACE_EXISTING);
        case "garbage" -> Files.write(index, new byte[50_000]);
        case "gone" -> Files.delete(index);
        default -> {}
      }
      Map<Path, String> before = contents(directory());
      byte[] indexBefore = Files.exists(index) ? Files.readAllBytes(index) : new byte[0];
      try (Repository repository = openReadOnly()) {
        List<RestorePoint> points = repository.restorePoints();
        assertThat(TestRepository.readDisk(repository, points.get(0), "disk0"))
            .as(state)
            .isEqualTo(first);
        assertThat(TestRepository.readDisk(repository, points.get(1), "disk0"))
            .as(state)
            .isEqualTo(second);
      }
      assertThat(contents(directory())).as(state).isEqualTo(before);
      assertThat(Files.exists(index) ? Files.readAllBytes(index) : new byte[0])
          .as(state)
          .isEqualTo(indexBefore);
      assertThat(index.resolveSibling("lock.mdb")).as(state).doesNotExist();
    }
  }

  @Test
  void verifiesWithAnIndexThatItDoesNotChange() throws IOException {
    TestRepository.create(directory());
    byte[] content = TestRepository.disk(new Random(4), 2 << 20);
    Path index = directory().resolve("index/data.mdb");
    try (Repository repository = TestRepository.open(directory())) {
      TestRepository.backUp(repository, TestRepository.vm(1), Map.of("disk0", content));
    }
    byte[] before = Files.readAllBytes(index);
    try (Repository repository = openReadOnly()) {
      Path pack;
      try (Stream<Path> packs = Files.walk(directory().resolve("packs"))) {
        pack = packs.filter(Files::isRegularFile).max(Path::compareTo).orElseThrow();
      }
      byte[] bytes = Files.readAllBytes(pack);
      bytes[bytes.length / 2] ^= 1;
      Files.write(pack, bytes);
      assertThat(repository.verify(VerifyRequest.all(true), VerifyListener.NONE).damagedPacks())
          .hasSize(1);
      Files.delete(pack);
      assertThat(
              repository.verify(VerifyRequest.all(true), VerifyListener.NONE).brokenRestorePoints())
          .hasSize(1);
    }
    assertThat(Files.readAllBytes(index)).isEqualTo(before);
  }

  @Test
  void clearsWhatACrashLeftInTemporaryFiles() throws IOException {
    TestRepository.create(directory());
    Files.writeString(directory().resolve("tmp/left.tmp"), "left");

    TestRepository.open(directory()).close();

    assertThat(directory().resolve("tmp")).isEmptyDirectory();
  }

  /** Stops making a repository at every operation in turn, as a crash would. */
  @Test
  void finishesWhatAnAttemptThatWasCutOffHadBegun() throws IOException {
    int operations = operationsOfACreation();
    for (int last = 0; last < operations; last += 1 + last / 8) {
      Path half = parent.resolve("half" + last);
      FaultyFiles files = new FaultyFiles();
      int allowed = last;
      files.failIf(event -> {
        if (files.events().size() > allowed) {
          throw new IOException("cut off");
        }
      });
      assertThatThrownBy(() -> create(half, files)).hasMessageContaining("cut off");
      if (!Files.exists(half.resolve("repository.dozo"))) {
        assertThatThrownBy(() -> TestRepository.open(half))
            .isInstanceOf(RepositoryNotFoundException.class);
        TestRepository.create(half);
      }
      TestRepository.open(half).close();
    }
  }

  private int operationsOfACreation() throws IOException {
    FaultyFiles files = new FaultyFiles();
    create(parent.resolve("whole"), files);
    assertThat(files.events())
        .as("the name that makes it a repository comes last")
        .filteredOn(event -> event.operation() == Operation.RENAME)
        .last()
        .matches(event -> event.is(Operation.RENAME, "repository.dozo"));
    return files.events().size();
  }

  private static void create(Path directory, FaultyFiles files) throws IOException {
    try (SlotSecret secret = TestRepository.secret()) {
      Repository.create(
          directory,
          TestRepository.SMALL_PACKS,
          secret,
          CHEAP,
          "test",
          TestRepository.options().withFiles(files));
    }
  }

  @Test
  void opensWithEachOfItsSecrets() throws IOException {
    TestRepository.create(directory());
    try (Repository repository = TestRepository.open(directory());
        Passphrase first = Passphrase.of("first".toCharArray())) {
      repository.keys().addSlot(first, CHEAP, "first");
    }
    UUID replaced;
    try (Repository repository = open("first");
        Passphrase second = Passphrase.of("second".toCharArray())) {
      replaced = repository.keys().openedSlot();
      repository.keys().replaceSlot(replaced, second, CHEAP, "second");
      assertThat(repository.keys().slots().stream().map(KeySlot::label))
          .containsExactlyInAnyOrder("test", "second");
    }
    assertThatThrownBy(() -> open("first")).isInstanceOf(WrongKeyException.class);
    open("second").close();
    TestRepository.open(directory()).close();
  }

  private Repository open(String passphrase) throws IOException {
    try (Passphrase secret = Passphrase.of(passphrase.toCharArray())) {
      return Repository.open(directory(), secret, TestRepository.options());
    }
  }

  @Test
  void neverRemovesTheLastSlot() throws IOException {
    TestRepository.create(directory());
    try (Repository repository = TestRepository.open(directory())) {
      UUID only = repository.keys().openedSlot();

      assertThatThrownBy(() -> repository.keys().removeSlot(only))
          .isInstanceOf(IllegalArgumentException.class);
    }
    TestRepository.open(directory()).close();
  }

  @Test
  void mendsSlotsThatACrashLeftBehindWithAnOldKeyRing() throws IOException {
    TestRepository.create(directory());
    FaultyFiles files = new FaultyFiles();
    RestorePoint point;
    byte[] disk = TestRepository.disk(new Random(2), 1 << 20);
    try (Repository repository =
            TestRepository.open(directory(), TestRepository.options().withFiles(files));
        Passphrase other = Passphrase.of("other".toCharArray())) {
      repository.keys().addSlot(other, CHEAP, "other");
      int slots = repository.keys().slots().size();
      long before =
          files.events().stream().filter(event -> event.is(Operation.RENAME, ".key")).count();
      files.failIf(event -> {
        long renames = files.events().stream().filter(e -> e.is(Operation.RENAME, ".key")).count();
        if (renames - before >= slots) {
          throw new IOException("cut off");
        }
      });
      assertThatThrownBy(() -> repository.keys().addEpoch(java.time.Clock.systemUTC()))
          .hasMessageContaining("cut off");
      files.failIf(event -> {});
      assertThat(repository.keys().ring().currentEpoch()).isEqualTo(1);
    }
    try (Repository repository = TestRepository.open(directory())) {
      assertThat(repository.keys().ring().currentEpoch()).isEqualTo(2);
      point = TestRepository.backUp(repository, TestRepository.vm(1), Map.of("disk0", disk));
    }
    try (Repository repository = open("other")) {
      assertThat(repository.keys().ring().currentEpoch()).isEqualTo(2);
      assertThat(repository.restorePoints()).isEqualTo(List.of(point));
      assertThat(TestRepository.readDisk(repository, point, "disk0")).isEqualTo(disk);
    }
  }

  @Test
  void opensWithOneDamagedManifestAndTellsOfIt() throws IOException {
    TestRepository.create(directory());
    byte[] disk = TestRepository.disk(new Random(3), 1 << 20);
    RestorePoint first;
    RestorePoint second;
    try (Repository repository = TestRepository.open(directory())) {
      first = TestRepository.backUp(repository, TestRepository.vm(1), Map.of("disk0", disk));
      second = TestRepository.backUp(repository, TestRepository.vm(1), Map.of("disk0", disk));
    }
    Path manifest = directory().resolve("manifests/" + first.id() + ".manifest");
    byte[] bytes = Files.readAllBytes(manifest);
    bytes[bytes.length / 2] ^= 1;
    Files.write(manifest, bytes);

    try (Repository repository = TestRepository.open(directory())) {
      assertThat(repository.restorePoints()).isEqualTo(List.of(second));
      assertThat(repository.damagedManifests()).containsOnlyKeys(first.id() + ".manifest");
    }
  }

  @Test
  void makesNamesDurableBeforeItReliesOnThem() throws IOException {
    TestRepository.create(directory());
    try (Repository repository = TestRepository.open(directory())) {
      TestRepository.backUp(repository, vm(1), Map.of("disk0", disk(new Random(1), 1 << 20)));
      repository.state().put(entry());
    }
    Files.delete(directory().resolve("index/data.mdb"));
    FaultyFiles files = new FaultyFiles();
    TestRepository.open(directory(), TestRepository.options().withFiles(files)).close();

    assertThat(synced(files))
        .contains("", "keys", "manifests", "trash", "state", "state/test", "packs")
        .containsAll(groupsOfPacks());
    files = new FaultyFiles();
    TestRepository.open(directory(), TestRepository.options().withFiles(files)).close();
    assertThat(synced(files)).doesNotContainAnyElementsOf(groupsOfPacks());
  }

  @Test
  void putsNoEntryIntoADirectoryThatAPowerCutCouldTake() throws IOException {
    TestRepository.create(directory());
    Files.createDirectory(directory().resolve("state/test")); // And then it was killed.
    FaultyFiles files = new FaultyFiles();
    try (SlotSecret secret = TestRepository.secret();
        RepositoryState opened =
            RepositoryState.open(directory(), secret, TestRepository.options().withFiles(files))) {
      opened.state().put(entry());
    }

    assertThat(synced(files)).contains("state", "state/test");
  }

  private static StateEntry entry() {
    return new StateEntry("test", new UUID(1, 2), JsonNodeFactory.instance.objectNode());
  }

  private Set<String> synced(FaultyFiles files) {
    return files.events().stream()
        .filter(event -> event.operation() == Operation.SYNC_DIRECTORY)
        .map(event -> directory().relativize(event.path()).toString())
        .collect(Collectors.toSet());
  }

  private Set<String> groupsOfPacks() throws IOException {
    try (Stream<Path> packs = Files.walk(directory().resolve("packs"))) {
      return packs
          .filter(Files::isRegularFile)
          .map(pack -> "packs/" + pack.getFileName().toString().substring(0, 2))
          .collect(Collectors.toSet());
    }
  }
}
