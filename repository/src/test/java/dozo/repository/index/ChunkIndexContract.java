package dozo.repository.index;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import dozo.format.pack.ContentKind;
import dozo.repository.index.ChunkIndex.Contents;
import dozo.repository.pack.ChunkLocation;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackTable;
import dozo.repository.pack.TestPacks;
import dozo.repository.pack.TestPacks.Built;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every index does. */
abstract class ChunkIndexContract {

  @TempDir Path packDirectory;

  private final PackTable table = new PackTable(1);

  /** An empty index. */
  abstract ChunkIndex index() throws IOException;

  private TestPacks packs() throws IOException {
    return new TestPacks(packDirectory, 3);
  }

  @Test
  void findsWhatWasAddedAndNothingElse() throws IOException {
    TestPacks packs = packs();
    try (ChunkIndex index = index()) {
      List<ChunkId> ids = packs.ids(500);
      Built first = packs.build(ContentKind.DATA, ids.subList(0, 300));
      Built second = packs.build(ContentKind.MAP_NODES, ids.subList(300, 500));
      PackEntry firstPack = first.enter(table);
      PackEntry secondPack = second.enter(table);
      index.add(
          List.of(
              new Contents(firstPack, first.directory()),
              new Contents(secondPack, second.directory())));

      List<ChunkId> asked = new ArrayList<>(ids);
      asked.add(packs.id());
      List<@Nullable ChunkLocation> found = index.find(asked);

      for (int i = 0; i < 300; i++) {
        assertThat(found.get(i)).isEqualTo(first.location(firstPack, ids.get(i)));
      }
      for (int i = 300; i < 500; i++) {
        assertThat(found.get(i)).isEqualTo(second.location(secondPack, ids.get(i)));
      }
      assertThat(found.get(500)).isNull();
      assertThat(index.packs()).containsExactly(firstPack, secondPack);
      assertThat(index.size()).isEqualTo(500);
    }
  }

  @Test
  void believesTheLastThatSpeaksOfAChunk() throws IOException {
    TestPacks packs = packs();
    try (ChunkIndex index = index()) {
      List<ChunkId> ids = packs.ids(3);
      Built first = packs.build(ContentKind.DATA, ids);
      Built second = packs.build(ContentKind.DATA, ids);
      PackEntry firstPack = first.enter(table);
      PackEntry secondPack = second.enter(table);
      index.add(List.of(new Contents(firstPack, first.directory())));
      index.add(List.of(new Contents(firstPack, first.directory())));
      index.add(List.of(new Contents(secondPack, second.directory())));

      assertThat(index.find(ids)).containsOnly(second.location(secondPack, ids.get(0)));
      assertThat(index.size()).isEqualTo(3);
    }
  }

  @Test
  void removesOnlyWhatStillLiesInTheSegment() throws IOException {
    TestPacks packs = packs();
    try (ChunkIndex index = index()) {
      List<ChunkId> ids = packs.ids(3);
      Built first = packs.build(ContentKind.DATA, ids);
      Built second = packs.build(ContentKind.DATA, ids.subList(0, 1));
      PackEntry firstPack = first.enter(table);
      PackEntry secondPack = second.enter(table);
      index.add(List.of(new Contents(firstPack, first.directory())));
      index.add(List.of(new Contents(secondPack, second.directory())));

      index.remove(first.location(firstPack, ids.get(0)), ids);

      assertThat(index.find(ids))
          .containsExactly(second.location(secondPack, ids.get(0)), null, null);
    }
  }

  @Test
  void exchangesPacksInOneStep() throws IOException {
    TestPacks packs = packs();
    try (ChunkIndex index = index()) {
      List<ChunkId> ids = packs.ids(4);
      Built old = packs.build(ContentKind.DATA, ids.subList(0, 3));
      Built elsewhere = packs.build(ContentKind.DATA, ids.subList(2, 4));
      Built moved = packs.build(ContentKind.DATA, ids.subList(0, 1));
      PackEntry oldPack = old.enter(table);
      PackEntry otherPack = elsewhere.enter(table);
      PackEntry newPack = moved.enter(table);
      index.add(List.of(new Contents(oldPack, old.directory())));
      index.add(List.of(new Contents(otherPack, elsewhere.directory())));

      index.exchange(
          List.of(new Contents(newPack, moved.directory())),
          List.of(new Contents(oldPack, old.directory())));

      assertThat(index.find(ids))
          .containsExactly(
              moved.location(newPack, ids.get(0)),
              null,
              elsewhere.location(otherPack, ids.get(2)),
              elsewhere.location(otherPack, ids.get(3)));
      assertThat(index.packs()).containsExactly(otherPack, newPack);
    }
  }

  @Test
  void forgetsPacks() throws IOException {
    TestPacks packs = packs();
    try (ChunkIndex index = index()) {
      Built built = packs.build(ContentKind.DATA, packs.ids(3));
      PackEntry pack = built.enter(table);
      index.add(List.of(new Contents(pack, built.directory())));

      index.forget(List.of(pack));

      assertThat(index.packs()).isEmpty();
    }
  }
}
