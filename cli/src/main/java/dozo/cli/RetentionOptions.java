package dozo.cli;

import dozo.repository.retention.RetentionPolicy;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The rules of a retention policy, an option each. */
@SuppressWarnings("unused") // picocli calls the methods
final class RetentionOptions {

  private final Map<String, String> rules = new LinkedHashMap<>();

  @Option(names = "--keep-last", paramLabel = "N", description = "Keep the newest N.")
  private void keepLast(@Nullable String value) {
    put("keep-last", value);
  }

  @Option(
      names = "--keep-hourly",
      paramLabel = "N",
      description = "Keep the newest of each of the newest N hours that have any.")
  private void keepHourly(@Nullable String value) {
    put("keep-hourly", value);
  }

  @Option(names = "--keep-daily", paramLabel = "N", description = "The same with days.")
  private void keepDaily(@Nullable String value) {
    put("keep-daily", value);
  }

  @Option(
      names = "--keep-weekly",
      paramLabel = "N",
      description = "The same with weeks, Monday to Sunday.")
  private void keepWeekly(@Nullable String value) {
    put("keep-weekly", value);
  }

  @Option(names = "--keep-monthly", paramLabel = "N", description = "The same with months.")
  private void keepMonthly(@Nullable String value) {
    put("keep-monthly", value);
  }

  @Option(names = "--keep-yearly", paramLabel = "N", description = "The same with years.")
  private void keepYearly(@Nullable String value) {
    put("keep-yearly", value);
  }

  @Option(
      names = "--keep-within",
      paramLabel = "TIME",
      description =
          "Keep all that are not older than TIME, such as 7d, 12h or 1y6m, before the VM's newest.")
  private void keepWithin(@Nullable String value) {
    put("keep-within", value);
  }

  @Option(
      names = "--keep-within-hourly",
      paramLabel = "TIME",
      description = "Of these, keep the newest of each hour.")
  private void keepWithinHourly(@Nullable String value) {
    put("keep-within-hourly", value);
  }

  @Option(names = "--keep-within-daily", paramLabel = "TIME", description = "Of each day.")
  private void keepWithinDaily(@Nullable String value) {
    put("keep-within-daily", value);
  }

  @Option(names = "--keep-within-weekly", paramLabel = "TIME", description = "Of each week.")
  private void keepWithinWeekly(@Nullable String value) {
    put("keep-within-weekly", value);
  }

  @Option(names = "--keep-within-monthly", paramLabel = "TIME", description = "Of each month.")
  private void keepWithinMonthly(@Nullable String value) {
    put("keep-within-monthly", value);
  }

  @Option(names = "--keep-within-yearly", paramLabel = "TIME", description = "Of each year.")
  private void keepWithinYearly(@Nullable String value) {
    put("keep-within-yearly", value);
  }

  private void put(String rule, @Nullable String value) {
    if (value != null) {
      rules.put(rule, value);
    }
  }

  /**
   * The policy.
   *
   * @throws IllegalArgumentException if there is no rule, or a value is none
   */
  RetentionPolicy policy() {
    return RetentionPolicy.of(rules);
  }
}
