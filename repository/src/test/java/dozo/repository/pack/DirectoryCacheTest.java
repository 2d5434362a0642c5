package dozo.repository.pack;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import dozo.format.pack.ContentKind;
import dozo.repository.pack.DirectoryCache.Locality;
import dozo.repository.pack.TestPacks.Built;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DirectoryCacheTest {

  private final TestPacks packs;
  private final PackTable table = new PackTable(1);
  private final Locality locality = new Locality();

  DirectoryCacheTest(@TempDir Path root) throws IOException {
    packs = new TestPacks(root, 1);
  }

  @Test
  void answersForEveryChunkOfALoadedPack() throws IOException {
    List<ChunkId> ids = packs.ids(100);
    Built built = packs.publish(ContentKind.DATA, ids);
    PackEntry entry = built.enter(table);
    DirectoryCache cache = new DirectoryCache(packs.library(), 1 << 20);

    assertThat(cache.find(ids.get(0), locality)).isEmpty();
    cache.load(entry);

    for (ChunkId id : ids) {
      assertThat(cache.find(id, locality)).contains(built.location(entry, id));
    }
    assertThat(cache.find(packs.id(), locality)).isEmpty();
  }

  @Test
  void forgetsTheDirectoryThatWasUsedLongestAgo() throws IOException {
    List<ChunkId> first = packs.ids(1_000);
    List<ChunkId> second = packs.ids(1_000);
    List<ChunkId> third = packs.ids(1_000);
    PackEntry firstPack = packs.publish(ContentKind.DATA, first).enter(table);
    PackEntry secondPack = packs.publish(ContentKind.DATA, second).enter(table);
    Built thirdBuilt = packs.publish(ContentKind.DATA, third);
    PackEntry thirdPack = thirdBuilt.enter(table);
    DirectoryCache cache =
        new DirectoryCache(packs.library(), 2 * thirdBuilt.directory().memoryBytes() + 1_000);
    cache.load(firstPack);
    cache.load(secondPack);
    assertThat(cache.find(first.get(0), locality)).isPresent();
    cache.load(thirdPack);

    assertThat(cache.find(first.get(0), new Locality())).isPresent();
    assertThat(cache.find(second.get(0), new Locality())).isEmpty();
    assertThat(cache.find(third.get(0), new Locality())).isPresent();
  }

  @Test
  void keepsWhatIsPinnedWhateverTheBound() throws IOException {
    List<ChunkId> ids = packs.ids(100);
    Built built = packs.publish(ContentKind.DATA, ids);
    PackEntry entry = built.enter(table);
    DirectoryCache cache = new DirectoryCache(packs.library(), 0);
    cache.pin(entry, built.directory());
    for (int i = 0; i < 3; i++) {
      cache.load(packs.publish(ContentKind.DATA, packs.ids(10)).enter(table));
    }
    assertThat(cache.find(ids.get(0), new Locality())).isPresent();

    cache.unpin(entry);
    cache.load(packs.publish(ContentKind.DATA, packs.ids(10)).enter(table));

    assertThat(cache.find(ids.get(0), new Locality())).isEmpty();
  }

  @Test
  void dropsAPackThatIsNotToBeUsed() throws IOException {
    List<ChunkId> ids = packs.ids(10);
    Built built = packs.publish(ContentKind.DATA, ids);
    PackEntry entry = built.enter(table);
    DirectoryCache cache = new DirectoryCache(packs.library(), 1 << 20);
    cache.pin(entry, built.directory());

    cache.drop(entry);

    assertThat(cache.find(ids.get(0), new Locality())).isEmpty();
  }
}
