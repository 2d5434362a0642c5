package dozo.repository.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class MemoryBudgetTest {

  private final MemoryBudget budget = new MemoryBudget(100);
  private final List<String> granted = new ArrayList<>();

  private boolean take(long bytes, String name) {
    return budget.take(bytes, () -> granted.add(name));
  }

  @Test
  void grantsInTheOrderOfAsking() {
    assertThat(take(60, "a")).isTrue();
    assertThat(take(60, "b")).isFalse();
    assertThat(take(10, "c")).as("passes nobody").isFalse();

    budget.give(60);

    assertThat(granted).containsExactly("b", "c");
    assertThat(budget.usedBytes()).isEqualTo(70);
  }

  @Test
  void grantsWhatIsLargerThanAllOfItWhenNothingElseIsHeld() {
    assertThat(take(10, "small")).isTrue();
    assertThat(take(1_000, "large")).isFalse();

    budget.give(10);

    assertThat(granted).containsExactly("large");
    assertThat(take(1, "next")).isFalse();
    budget.give(1_000);
    assertThat(granted).containsExactly("large", "next");
  }

  @Test
  void countsWhatIsTakenAnyway() {
    budget.takeAnyway(150);

    assertThat(take(1, "a")).isFalse();
    budget.give(100);
    assertThat(granted).containsExactly("a");
  }
}
