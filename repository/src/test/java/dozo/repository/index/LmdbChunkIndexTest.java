package dozo.repository.index;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import dozo.format.UuidBytes;
import dozo.format.pack.ContentKind;
import dozo.repository.index.ChunkIndex.Contents;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackTable;
import dozo.repository.pack.TestPacks;
import dozo.repository.pack.TestPacks.Built;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LmdbChunkIndexTest extends ChunkIndexContract {

  private static final UUID REPOSITORY = new UUID(1, 2);

  @TempDir Path directory;

  @Override
  ChunkIndex index() throws IOException {
    return LmdbChunkIndex.open(directory, REPOSITORY, 0).index();
  }

  private Path data() {
    return LmdbTables.file(directory);
  }

  /** Fills an index, in several steps so that it has free pages. */
  private List<ChunkId> fill(ChunkIndex index, TestPacks packs) throws IOException {
    PackTable table = new PackTable(1);
    List<ChunkId> all = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      List<ChunkId> ids = packs.ids(1_000);
      Built built = packs.build(ContentKind.DATA, ids);
      index.add(List.of(new Contents(built.enter(table), built.directory())));
      all.addAll(ids);
    }
    return all;
  }

  @Test
  void remembersEverythingWhenOpenedAgain() throws IOException {
    TestPacks packs = new TestPacks(packDirectory, 4);
    List<ChunkId> ids;
    List<PackEntry> entries;
    try (ChunkIndex index = index()) {
      ids = fill(index, packs);
      entries = index.packs();
    }
    try (ChunkIndex index = index()) {
      assertThat(index.packs()).isEqualTo(entries);
      assertThat(index.find(ids)).doesNotContainNull();
    }
  }

  @Test
  void knowsEveryIdFromTheBeginning() throws IOException {
    TestPacks packs = new TestPacks(packDirectory, 10);
    List<ChunkId> ids;
    try (ChunkIndex index = index()) {
      ids = fill(index, packs);
    }
    LmdbChunkIndex.Opened opened = LmdbChunkIndex.open(directory, REPOSITORY, 0);
    try (ChunkIndex index = opened.index()) {
      assertThat(index.size()).isEqualTo(ids.size());
      assertThat(ids).allMatch(opened.known()::mayContain);
      assertThat(packs.ids(100)).noneMatch(opened.known()::mayContain);
    }
  }

  @Test
  void isEmptyForAnotherRepository() throws IOException {
    TestPacks packs = new TestPacks(packDirectory, 5);
    try (ChunkIndex index = index()) {
      fill(index, packs);
    }
    try (ChunkIndex index = LmdbChunkIndex.open(directory, new UUID(3, 4), 0).index()) {
      assertThat(index.packs()).isEmpty();
      assertThat(index.size()).isZero();
    }
  }

  @Test
  void passesTheCheckOfAFileThatWasNotClosed() throws IOException {
    TestPacks packs = new TestPacks(packDirectory, 6);
    Path copy = directory.resolve("copy.mdb");
    List<ChunkId> ids;
    try (ChunkIndex index = index()) {
      ids = fill(index, packs);
      Files.copy(data(), copy);
    }
    LmdbCheck.check(
        copy,
        new LmdbCheck.Visitor() {
          @Override
          public void tree(String name, long entries) {}

          @Override
          public void record(String tree, MemorySegment key, long valueBytes) {}
        });
    Files.move(copy, data(), StandardCopyOption.REPLACE_EXISTING);
    try (ChunkIndex index = index()) {
      assertThat(index.find(ids)).doesNotContainNull();
    }
  }

  @Test
  void isMadeAnewWhenTheFileIsGarbage() throws IOException {
    byte[] garbage = new byte[100_000];
    new Random(7).nextBytes(garbage);
    Files.write(data(), garbage);

    try (ChunkIndex index = index()) {
      assertThat(index.size()).isZero();
    }
  }

  /** Numbers of packs are taken for true, so that a single byte of them that is wrong must show. */
  @Test
  void isMadeAnewWhenAByteOfAPackIsAnother() throws IOException {
    TestPacks packs = new TestPacks(packDirectory, 9);
    PackEntry third;
    try (ChunkIndex index = index()) {
      fill(index, packs);
      third = index.packs().get(2);
    }
    byte[] original = Files.readAllBytes(data());
    for (int at = -IndexRecords.PACK_KEY_BYTES; at < IndexRecords.PACK_BYTES; at++) {
      byte[] changed = original.clone();
      int found = 0;
      for (int id : placesOf(UuidBytes.of(third.id()), original)) {
        changed[id + at] ^= 0x2a;
        found++;
      }
      assertThat(found).isPositive();
      Files.write(data(), changed);
      try (ChunkIndex index = index()) {
        assertThat(index.packs()).as("byte " + at).isEmpty();
      }
    }
    Files.write(data(), original);
    try (ChunkIndex index = index()) {
      assertThat(index.packs()).hasSize(4);
    }
  }

  /** Where bytes are in a file: in a page that is used, and in those that were. */
  private static List<Integer> placesOf(byte[] sought, byte[] in) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i + sought.length <= in.length; i++) {
      if (Arrays.equals(sought, 0, sought.length, in, i, i + sought.length)) {
        places.add(i);
      }
    }
    return places;
  }

  /** LMDB would end the process: that this test ends is its point. */
  @Test
  void survivesDamageAnywhereInAFileThatWasNotClosed() throws IOException {
    long seed = 8;
    TestPacks packs = new TestPacks(packDirectory, seed);
    Path original = directory.resolve("original.mdb");
    List<ChunkId> ids;
    try (ChunkIndex index = index()) {
      ids = fill(index, packs);
      Files.copy(data(), original);
    }
    Random random = new Random(seed);
    for (int round = 0; round < 60; round++) {
      Files.copy(original, data(), StandardCopyOption.REPLACE_EXISTING);
      damage(random, data());
      try (ChunkIndex index = index()) {
        index.packs();
        assertThat(index.find(ids)).hasSize(ids.size());
        fill(index, packs);
      }
    }
  }

  private static void damage(Random random, Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
      long size = file.length();
      switch (random.nextInt(4)) {
        case 0 -> file.setLength(random.nextLong(size));
        case 1 -> {
          byte[] garbage = new byte[4096];
          random.nextBytes(garbage);
          file.seek(random.nextLong(size / 4096) * 4096);
          file.write(garbage);
        }
        case 2 -> {
          file.seek(random.nextLong(size / 4096) * 4096 + random.nextInt(64));
          file.write(random.nextInt(256));
        }
        default -> {
          byte[] page = new byte[4096];
          file.seek(random.nextLong(size / 4096) * 4096);
          file.readFully(page);
          file.seek(random.nextLong(size / 4096) * 4096);
          file.write(page);
        }
      }
    }
  }
}
