package dozo.repository.retention;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class RetentionPolicyTest {

  private static final String EVERY_RULE =
      "keep-last=1,keep-hourly=2,keep-daily=3,keep-weekly=4,keep-monthly=5,keep-yearly=all,"
          + "keep-within=1d,keep-within-hourly=2d,keep-within-daily=3d,keep-within-weekly=4m,"
          + "keep-within-monthly=5y,keep-within-yearly=6y7m8d9h";

  private static final String EVERY_RULE_IN_JSON =
      """
      {"keepLast":1,"keepHourly":2,"keepDaily":3,"keepWeekly":4,"keepMonthly":5,"keepYearly":"all",\
      "keepWithin":"1d","keepWithinHourly":"2d","keepWithinDaily":"3d","keepWithinWeekly":"4m",\
      "keepWithinMonthly":"5y","keepWithinYearly":"6y7m8d9h"}\
      """;

  @Test
  void readsWhatItWrites() {
    RetentionPolicy policy = RetentionPolicy.parse(EVERY_RULE);
    assertThat(policy.rules()).hasSize(12);
    assertThat(policy).hasToString(EVERY_RULE);
    assertThat(RetentionPolicy.of(policy.values())).isEqualTo(policy);
    assertThat(PolicyCodec.encode(policy)).hasToString(EVERY_RULE_IN_JSON);
    assertThat(PolicyCodec.decode(json(EVERY_RULE_IN_JSON))).isEqualTo(policy);
  }

  @Test
  void bringsRulesIntoOneOrder() {
    assertThat(RetentionPolicy.parse(" keep-within=2d\n keep-yearly=1, keep-last=3 "))
        .hasToString("keep-last=3,keep-yearly=1,keep-within=2d");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", ",", "keep-daily=0", "keep-last=0,keep-yearly=0"})
  void refusesToBeEmpty(String text) {
    assertThatThrownBy(() -> RetentionPolicy.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("would forget everything")
        .hasMessageContaining("keep-within-yearly");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keep-dayly=7|no retention rule \"keep-dayly\"",
        "daily=7|no retention rule \"daily\"",
        "keep-within-last=7d|no retention rule \"keep-within-last\"",
        "keep-daily|not \"keep-daily\"",
        "keep-daily=|keep-daily is a number from 0 to 1000000, or all, not \"\"",
        "keep-daily=-1|not \"-1\"",
        "keep-daily=7d|not \"7d\"",
        "keep-daily=1000001|not \"1000001\"",
        "keep-daily=99999999999|not \"99999999999\"",
        "keep-within=7|keep-within: A duration is written like 7d",
        "keep-within=all|keep-within: A duration is written like 7d",
        "keep-daily=1,keep-daily=2|one keep-daily only",
      })
  void saysWhatIsWrong(String text, String message) {
    assertThatThrownBy(() -> RetentionPolicy.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'keepDayly':7}|no retention rule \"keep-dayly\"",
        "{'keep-daily':7}|written like keepDaily, not \"keep-daily\"",
        "{'keepDaily':7.5}|keepDaily of a retention policy is a number or a text, not 7.5",
        "{'keepDaily':null}|not null",
        "{'keepDaily':true}|not true",
        "{'keepDaily':-1}|not \"-1\"",
        "{}|would forget everything",
      })
  void saysWhatIsWrongInJson(String text, String message) {
    assertThatThrownBy(() -> PolicyCodec.decode(json(text.replace('\'', '"'))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(message);
  }

  @Test
  void hasOneOfEachRuleOnly() {
    RetentionRule rule = new RetentionRule.Newest(Period.DAY, 1);
    assertThatThrownBy(() -> new RetentionPolicy(List.of(rule, rule)))
        .hasMessageContaining("one keep-daily only");
    assertThat(RetentionPolicy.of(Map.of("keep-daily", "1")).rules()).containsExactly(rule);
  }

  private static ObjectNode json(String text) {
    return (ObjectNode) JsonMapper.shared().readTree(text);
  }
}
