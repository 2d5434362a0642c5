package dozo.repository.index;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import dozo.format.pack.ContentKind;
import dozo.repository.pack.DirectoryCache;
import dozo.repository.pack.TestPacks;
import dozo.repository.pack.TestPacks.Built;
import dozo.repository.work.WorkPool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class IndexLoaderTest {

  private final Path root;
  private final TestPacks packs;
  private final WorkPool pool = new WorkPool(2);

  IndexLoaderTest(@TempDir Path root) throws IOException {
    this.root = root;
    this.packs = new TestPacks(root, 9);
  }

  @AfterEach
  void closePool() {
    pool.close();
  }

  private IndexLoader.Loaded load() throws IOException {
    return new IndexLoader(packs.storage(), packs.library(), pool, true)
        .load(root.resolve("index"), packs.repositoryId());
  }

  private Path file(UUID pack) {
    return Path.of(packs.storage().describe(pack));
  }

  @Test
  void readsBackPacksThatTheIndexDoesNotKnow() throws IOException {
    List<ChunkId> ids = new ArrayList<>(packs.ids(100));
    packs.publish(ContentKind.DATA, ids);
    try (ChunkIndex index = load().index()) {
      assertThat(index.find(ids)).doesNotContainNull();
    }
    List<ChunkId> more = packs.ids(50);
    packs.publish(ContentKind.MAP_NODES, more);
    ids.addAll(more);

    IndexLoader.Loaded loaded = load();
    try (ChunkIndex index = loaded.index()) {
      assertThat(index.find(ids)).doesNotContainNull();
      assertThat(ids).allMatch(loaded.known()::mayContain);
      assertThat(loaded.packs().totals().packs()).isEqualTo(2);
      assertThat(loaded.packs().totals().chunks()).isEqualTo(150);
    }
  }

  @Test
  void findsOtherCopiesOfWhatAPackThatIsGoneHeld() throws IOException {
    List<ChunkId> ids = packs.ids(10);
    Built stays = packs.publish(ContentKind.DATA, ids);
    load().index().close();
    List<ChunkId> lost = packs.ids(10);
    List<ChunkId> both = new ArrayList<>(ids);
    both.addAll(lost);
    Built gone = packs.publish(ContentKind.DATA, both);
    load().index().close();
    Files.delete(file(gone.header().packId()));

    IndexLoader.Loaded loaded = load();
    try (ChunkIndex index = loaded.index()) {
      assertThat(loaded.packs().find(gone.header().packId())).isEmpty();
      assertThat(loaded.packs().find(stays.header().packId())).isPresent();
      assertThat(index.packs()).hasSize(1);
      assertThat(index.find(ids)).doesNotContainNull();
      assertThat(index.find(lost)).containsOnlyNulls();
      assertThat(index.size()).isEqualTo(10);
    }
  }

  private Optional<IndexLoader.Loaded> loadReadOnly(DirectoryCache directories) throws IOException {
    return new IndexLoader(packs.storage(), packs.library(), pool, false)
        .loadReadOnly(root.resolve("index"), packs.repositoryId(), directories);
  }

  @Test
  void readsWithAnIndexThatLacksPacks() throws IOException {
    List<ChunkId> ids = packs.ids(100);
    Built known = packs.publish(ContentKind.DATA, ids);
    load().index().close();
    List<ChunkId> more = packs.ids(50);
    packs.publish(ContentKind.DATA, more);
    byte[] before = Files.readAllBytes(root.resolve("index/data.mdb"));

    DirectoryCache directories = new DirectoryCache(packs.library(), 1);
    IndexLoader.Loaded loaded = loadReadOnly(directories).orElseThrow();
    try (ChunkIndex index = loaded.index()) {
      assertThat(index.find(ids)).doesNotContainNull();
      assertThat(loaded.packs().totals().packs()).isEqualTo(2);
      DirectoryCache.Locality locality = new DirectoryCache.Locality();
      assertThat(more).allMatch(id -> directories.find(id, locality).isPresent());
      index.forget(index.packs());
      assertThat(index.packs()).hasSize(1);
    }
    assertThat(Files.readAllBytes(root.resolve("index/data.mdb"))).isEqualTo(before);

    Files.delete(file(known.header().packId()));
    assertThat(loadReadOnly(directories)).isEmpty();
  }

  @Test
  void salvagesPacksWhoseDirectoryIsDamaged() throws IOException {
    List<ChunkId> ids = packs.ids(100);
    Built damaged = packs.publish(ContentKind.DATA, ids);
    overwrite(damaged, (int) damaged.sizeBytes() - 100, 1);
    Built headless = packs.publish(ContentKind.DATA, packs.ids(100));
    overwrite(headless, 0, 64);

    IndexLoader.Loaded loaded = load();
    try (ChunkIndex index = loaded.index()) {
      assertThat(loaded.unreadable()).isEmpty();
      assertThat(packs.library().salvaged())
          .containsOnlyKeys(damaged.header().packId(), headless.header().packId());
      assertThat(index.find(ids)).doesNotContainNull();
      assertThat(index.packs()).allMatch(pack -> pack.kind() == ContentKind.DATA);
      assertThat(index.size()).isEqualTo(200);
    }
  }

  @Test
  void tellsPacksOfWhichNothingCanBeHadAndLoadsTheOthers() throws IOException {
    List<ChunkId> ids = packs.ids(100);
    packs.publish(ContentKind.DATA, ids);
    Built lost = packs.publish(ContentKind.DATA, packs.ids(100));
    overwrite(lost, 0, (int) lost.sizeBytes());

    IndexLoader.Loaded loaded = load();
    try (ChunkIndex index = loaded.index()) {
      assertThat(loaded.unreadable()).containsOnlyKeys(lost.header().packId());
      assertThat(index.find(ids)).doesNotContainNull();
    }
  }

  private void overwrite(Built pack, int from, int length) throws IOException {
    Path file = file(pack.header().packId());
    byte[] bytes = Files.readAllBytes(file);
    for (int i = from; i < from + length; i++) {
      bytes[i] ^= 0x55;
    }
    Files.write(file, bytes);
  }
}
