package dozo.repository.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.ChunkId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class IdBatchTest {

  private final Random random = new Random(1);
  private final List<ChunkId> ids = new ArrayList<>();
  private final IdBatch batch = new IdBatch(1_000);

  private void fill() {
    while (!batch.isFull()) {
      ChunkId id =
          new ChunkId(random.nextLong(), random.nextLong(), random.nextLong(), random.nextLong());
      batch.add(id, ids.size());
      ids.add(id);
    }
  }

  @Test
  void givesPlacesInTheOrderOfTheIds() {
    fill();
    List<ChunkId> ordered = new ArrayList<>();
    for (int place : batch.inIdOrder()) {
      assertThat(batch.source(place)).isEqualTo(place);
      ordered.add(batch.id(place));
    }
    assertThat(ordered).isEqualTo(ids.stream().sorted().toList());
  }

  @Test
  void groupsPlacesByNumber() {
    fill();
    int[] numbers = new int[ids.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = random.nextInt(5) == 0 ? 0 : Integer.MAX_VALUE - random.nextInt(10);
    }
    int[] places = batch.inOrderOf(numbers);

    assertThat(places).hasSize((int) java.util.Arrays.stream(numbers).filter(n -> n != 0).count());
    for (int i = 1; i < places.length; i++) {
      int before = numbers[places[i - 1]];
      int now = numbers[places[i]];
      assertThat(before < now || (before == now && places[i - 1] < places[i])).isTrue();
    }
  }

  @Test
  void movesItsLast() {
    fill();
    IdBatch target = new IdBatch(10);

    batch.moveLast(10, target);
    assertThat(batch.size()).isEqualTo(990);
    assertThat(target.isFull()).isTrue();
    assertThat(target.id(0)).isEqualTo(ids.get(990));
    assertThat(target.source(9)).isEqualTo(999);

    batch.moveLast(10_000, new IdBatch(1));
    assertThat(batch.size()).isZero();
  }

  @Test
  void remembersWholeIdsOnly() {
    RecentIds recent = new RecentIds(16);
    ChunkId id = new ChunkId(1, 2, 3, 4);
    recent.add(id);
    assertThat(recent.contains(id)).isTrue();
    assertThat(recent.contains(new ChunkId(9, 2, 3, 4))).isFalse();
    assertThat(recent.contains(new ChunkId(1, 9, 3, 4))).isFalse();
    assertThat(recent.contains(new ChunkId(1, 2, 9, 4))).isFalse();
    recent.add(new ChunkId(1, 2, 3, 20));
    assertThat(recent.contains(id)).isFalse();
  }
}
