package dozo.mount.fuse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import org.junit.jupiter.api.Test;

final class OpenNodeTableTest {
  private final OpenNodeTable table = new OpenNodeTable();
  private final PatternFile file = new PatternFile(1, 1);

  private OpenNode opened() {
    return new OpenNode.File(file, file.open());
  }

  @Test
  void reusesNumbersAndKnowsOnlyWhatIsOpen() throws IOException {
    OpenNode node = opened();
    int number = table.add(node);
    assertThat(table.get(number)).isSameAs(node);
    assertThat(table.remove(number)).isSameAs(node);
    assertThatThrownBy(() -> table.get(number)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> table.get(-1)).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> table.get(1L << 40)).isInstanceOf(IOException.class);
    assertThat(table.add(opened())).isEqualTo(number);
  }

  @Test
  void hasABoundAndClosesWhatIsLeft() throws IOException {
    for (int i = 0; i < OpenNodeTable.CAPACITY; i++) {
      assertThat(table.add(opened())).isEqualTo(i);
    }
    assertThat(table.add(opened())).isEqualTo(-1);
    table.remove(5).close();
    assertThat(table.add(opened())).isEqualTo(5);
    table.closeAll();
    assertThat(file.open.get()).isEqualTo(1);
  }
}
