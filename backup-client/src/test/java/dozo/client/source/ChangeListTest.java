package dozo.client.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dozo.client.source.ChangeList.Range;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeListTest {

  @TempDir private Path directory;

  @Test
  void joinsRangesThatOverlapOrTouch() {
    ChangeList list =
        new ChangeList(
            List.of(new Range(10, 5), new Range(30, 1), new Range(15, 5), new Range(8, 3)));
    assertThat(list.next(0)).contains(new Range(8, 12));
    assertThat(list.next(12)).contains(new Range(12, 8));
    assertThat(list.next(20)).contains(new Range(30, 1));
    assertThat(list.next(31)).isEmpty();
  }

  @Test
  void holdsWhatABitmapHolds() {
    for (int seed = 0; seed < 50; seed++) {
      Random random = new Random(seed);
      BitSet bits = new BitSet();
      List<Range> ranges = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        Range range = new Range(random.nextInt(1000), 1 + random.nextInt(30));
        ranges.add(range);
        bits.set((int) range.offset(), (int) range.end());
      }
      ChangeList list = new ChangeList(ranges);
      for (int at = 0; at < 1100; at++) {
        int begin = bits.nextSetBit(at);
        Optional<Range> expected =
            begin < 0
                ? Optional.empty()
                : Optional.of(new Range(begin, bits.nextClearBit(begin) - begin));
        assertThat(list.next(at)).as("seed %d, offset %d", seed, at).isEqualTo(expected);
      }
    }
  }

  @Test
  void readsAFile() throws Exception {
    Path file =
        Files.writeString(directory.resolve("list"), "# offset length\n\n65536 4096\n 0,512\n");
    ChangeList list = ChangeList.read(file);
    assertThat(list.next(0)).contains(new Range(0, 512));
    assertThat(list.next(512)).contains(new Range(65536, 4096));
  }

  @ParameterizedTest
  @ValueSource(strings = {"12", "a b", "5 0", "-1 5", "1 2 3", "9223372036854775807 1", "1 2x"})
  void refusesWhatIsNoRange(String line) throws Exception {
    Path file = Files.writeString(directory.resolve("list"), "0 512\n" + line + "\n");
    assertThatThrownBy(() -> ChangeList.read(file))
        .isInstanceOf(SourceUnreadableException.class)
        .hasMessageContaining("Line 2")
        .hasMessageContaining("list");
  }
}
