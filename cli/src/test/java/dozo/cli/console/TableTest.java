package dozo.cli.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TableTest {

  @Test
  void alignsColumns() {
    Table table = new Table("NAME", " SIZE", "NOTE");
    table.row("a", "1 B", "");
    table.row("longer", "10.0 MiB", "x");
    assertThat(table.lines())
        .containsExactly("NAME        SIZE  NOTE", "a            1 B", "longer  10.0 MiB  x");
  }

  @Test
  void refusesARowOfAnotherLength() {
    Table table = new Table("A", "B");
    assertThatThrownBy(() -> table.row("x")).isInstanceOf(IllegalArgumentException.class);
  }
}
