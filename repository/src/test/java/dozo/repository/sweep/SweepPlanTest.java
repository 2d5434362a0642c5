package dozo.repository.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import dozo.format.pack.ContentKind;
import dozo.repository.pack.PackEntry;
import dozo.repository.pack.PackTable;
import dozo.repository.pack.TestPacks;
import dozo.repository.pack.TestPacks.Built;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class SweepPlanTest {

  private static final int CHUNKS = 30;
  private static final WasteBudget NOTHING = new WasteBudget.Bytes(0);

  @TempDir Path directory;

  private final PackTable table = new PackTable(1);
  private final List<PackMarks> all = new ArrayList<>();
  private TestPacks packs;

  @BeforeEach
  void create() throws IOException {
    packs = new TestPacks(directory, 5);
  }

  /** A pack of 30 chunks, of which so many are needed. */
  private PackMarks pack(ContentKind kind, int live) throws IOException {
    Built built = packs.build(kind, packs.ids(CHUNKS));
    PackEntry entry = built.enter(table);
    PackMarks marks = new PackMarks(entry);
    for (int chunk = 0; chunk < live; chunk++) {
      assertThat(marks.mark(built.directory(), chunk)).isTrue();
      assertThat(marks.mark(built.directory(), chunk)).isFalse();
    }
    all.add(marks);
    return marks;
  }

  private PackMarks pack(int live) throws IOException {
    return pack(ContentKind.DATA, live);
  }

  private SweepPlan plan(WasteBudget budget, long packBytes) {
    return SweepPlan.of(all, budget, packBytes, 0);
  }

  @Test
  void letsEmptyPacksGoWhateverTheBudget() throws IOException {
    pack(CHUNKS);
    PackMarks dead = pack(0);
    PackMarks sparse = pack(1);

    SweepPlan plan = plan(new WasteBudget.Unlimited(), 1);

    assertThat(plan.dead()).containsExactly(dead);
    assertThat(plan.sparse()).isEmpty();
    assertThat(plan.wasteBytes()).isEqualTo(sparse.wasteBytes());
  }

  @Test
  void rewritesTheMostWastefulUntilTheRestIsWithinTheBudget() throws IOException {
    PackMarks half = pack(15);
    PackMarks full = pack(CHUNKS);
    PackMarks tenth = pack(3);
    PackMarks most = pack(27);

    assertThat(plan(NOTHING, 1).sparse()).containsExactly(half, tenth, most);
    assertThat(plan(new WasteBudget.Bytes(most.wasteBytes()), 1).sparse())
        .containsExactly(half, tenth);
    assertThat(plan(new WasteBudget.Bytes(most.wasteBytes() + half.wasteBytes()), 1).sparse())
        .containsExactly(tenth);
    assertThat(full.wasteBytes()).isZero();
    assertThat(plan(NOTHING, 1).wasteBytes()).isZero();
  }

  @Test
  void joinsSmallPacksOfAKindOnceThereAreEnough() throws IOException {
    for (int i = 1; i < SweepPlan.SMALL_TOGETHER; i++) {
      pack(CHUNKS);
      pack(ContentKind.MAP_NODES, CHUNKS);
    }
    assertThat(plan(NOTHING, 1 << 20).sparse()).isEmpty();

    pack(CHUNKS);
    List<PackMarks> joined = plan(NOTHING, 1 << 20).sparse();
    assertThat(joined).hasSize(SweepPlan.SMALL_TOGETHER);
    assertThat(joined).allMatch(pack -> pack.pack().kind() == ContentKind.DATA);
    assertThat(plan(NOTHING, 1 << 10).sparse()).isEmpty();
  }

  @Test
  void rewritesWhatIsSealedUnderAnOlderEpochWhenAsked() throws IOException {
    PackMarks pack = pack(CHUNKS);
    int epoch = pack.pack().epoch();

    assertThat(SweepPlan.of(all, NOTHING, 1, epoch).sparse()).isEmpty();
    assertThat(SweepPlan.of(all, NOTHING, 1, epoch + 1).sparse()).containsExactly(pack);
  }

  @Test
  void leavesAloneWhatItIsToldTo() throws IOException {
    pack(0).leaveAlone();
    pack(1).leaveAlone();

    SweepPlan plan = SweepPlan.of(all, NOTHING, 1 << 20, 99);
    assertThat(plan.dead()).isEmpty();
    assertThat(plan.sparse()).isEmpty();
  }
}
