package dozo.server.upkeep;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

final class PlanOrderTest {

  private static final String WEB = "{\"namespace\":\"default\",\"vms\":[\"web\"],";
  private static final String DEFAULT = "{\"namespace\":\"default\",";
  private static final String ALL = "{";
  private static final String MANY = "\"policy\":{\"keepDaily\":30}}";
  private static final String FEW = "\"policy\":{\"keepDaily\":7}}";

  private static UpkeepPlan plan(String json) {
    return UpkeepPlan.parse((ObjectNode) new JsonMapper().readTree(json));
  }

  private static UpkeepPlan pruning(String... rules) {
    return plan(
        "{\"timezone\":\"UTC\",\"prune\":{\"at\":\"02:00\",\"rules\":["
            + String.join(",", rules)
            + "]}}");
  }

  private static List<String> losses(UpkeepPlan before, UpkeepPlan after) {
    return PlanOrder.losses(before, after);
  }

  @Test
  void findsNoLossInTheSamePlan() {
    UpkeepPlan plan = pruning(WEB + MANY, DEFAULT + FEW, ALL + MANY);
    assertThat(losses(plan, plan)).isEmpty();
  }

  @Test
  void findsNoLossWhereNothingIsPrunedAnyMore() {
    assertThat(losses(pruning(ALL + FEW), UpkeepPlan.NONE)).isEmpty();
  }

  @Test
  void findsALossWherePruningBegins() {
    assertThat(losses(UpkeepPlan.NONE, pruning(ALL + MANY)))
        .singleElement()
        .asString()
        .contains("which the plan before does not");
  }

  @Test
  void findsALossWhereAPolicyIsShorter() {
    assertThat(losses(pruning(ALL + MANY), pruning(ALL + FEW)))
        .singleElement()
        .asString()
        .contains("keep-daily=7", "keep-daily=30");
    assertThat(losses(pruning(ALL + FEW), pruning(ALL + MANY))).isEmpty();
  }

  @Test
  void findsALossWhereMoreVmsArePruned() {
    assertThat(losses(pruning(DEFAULT + FEW), pruning(ALL + FEW)))
        .singleElement()
        .asString()
        .contains("left alone");
    assertThat(losses(pruning(ALL + FEW), pruning(DEFAULT + FEW))).isEmpty();
  }

  @Test
  void findsALossWhereARuleGoesThatKeptMoreOfSomeVms() {
    UpkeepPlan before = pruning(WEB + MANY, ALL + FEW);

    assertThat(losses(before, pruning(ALL + FEW))).hasSize(1);
    assertThat(losses(before, pruning(ALL + MANY))).isEmpty();
    assertThat(losses(before, pruning(ALL + FEW, WEB + MANY))).hasSize(1);
  }

  @Test
  void findsNoLossWhereARuleIsAddedThatKeepsMoreOfSomeVms() {
    assertThat(losses(pruning(ALL + FEW), pruning(WEB + MANY, ALL + FEW))).isEmpty();
  }

  @Test
  void leavesApartWhatIsForOtherNamespaces() {
    String other = "{\"namespace\":\"other\",";
    UpkeepPlan before = pruning(DEFAULT + MANY, other + FEW);

    assertThat(losses(before, pruning(other + FEW, DEFAULT + MANY))).isEmpty();
    assertThat(losses(before, pruning(other + MANY, DEFAULT + FEW))).hasSize(1);
  }

  @Test
  void findsALossInAnotherTimeZone() {
    UpkeepPlan berlin =
        plan(
            "{\"timezone\":\"Europe/Berlin\",\"prune\":{\"at\":\"02:00\",\"rules\":["
                + ALL
                + FEW
                + "]}}");
    assertThat(losses(pruning(ALL + FEW), berlin)).singleElement().asString().contains("zone");
  }

  @Test
  void findsALossWhereTheTrashIsEmptiedSooner() {
    UpkeepPlan usual = plan("{\"sweep\":{\"at\":\"03:00\"}}");
    UpkeepPlan longer = plan("{\"sweep\":{\"keepForgotten\":\"14d\",\"keepPacks\":\"2d\"}}");

    assertThat(losses(usual, longer)).isEmpty();
    assertThat(losses(longer, usual)).hasSize(2);
    assertThat(losses(UpkeepPlan.NONE, usual)).isEmpty();
  }
}
