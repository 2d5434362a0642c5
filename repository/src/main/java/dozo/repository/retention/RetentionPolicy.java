package dozo.repository.retention;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What is worth keeping: a set of rules, each of which keeps restore points on its own. There is at
 * least one, because a policy without any would forget everything.
 *
 * @param rules at most one of each name; kept in the order of the periods, counts first
 */
public record RetentionPolicy(List<RetentionRule> rules) {

  private static final int MOST_PERIODS = 1_000_000;

  /** Checks that there is a rule and that no two have the same name. */
  public RetentionPolicy {
    rules =
        rules.stream()
            .sorted(
                Comparator.comparing((RetentionRule rule) -> rule instanceof RetentionRule.Within)
                    .thenComparing(RetentionRule::period))
            .toList();
    if (rules.isEmpty()) {
      throw new IllegalArgumentException(
          "A retention policy without a rule would forget everything; give at least one of "
              + names());
    }
    Set<String> names = new HashSet<>();
    for (RetentionRule rule : rules) {
      if (!names.add(rule.name())) {
        throw new IllegalArgumentException("A retention policy has one " + rule.name() + " only");
      }
    }
  }

  /**
   * Reads a policy from its text, such as {@code keep-daily=7,keep-weekly=4,keep-within=2d}.
   *
   * @param text names and values with {@code =} between, separated by commas or white space
   * @throws IllegalArgumentException if a name or a value is none, or no rule remains
   */
  public static RetentionPolicy parse(String text) {
    Map<String, String> values = new LinkedHashMap<>();
    for (String part : text.strip().split("[,\\s]+", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException(
            "A rule is a name and a value with = between, such as keep-daily=7, not \""
                + part
                + "\"");
      }
      String name = part.substring(0, equals);
      if (values.put(name, part.substring(equals + 1)) != null) {
        throw new IllegalArgumentException("A retention policy has one " + name + " only");
      }
    }
    return of(values);
  }

  /**
   * Makes a policy of names and values, as options of a command or members of an object give them.
   *
   * @param values by the rule's name; a count is a number or {@code all}, and 0 leaves the rule out
   * @throws IllegalArgumentException if a name or a value is none, or no rule remains
   */
  public static RetentionPolicy of(Map<String, String> values) {
    List<RetentionRule> rules = new ArrayList<>();
    values.forEach((name, value) -> rule(name, value).ifPresent(rules::add));
    return new RetentionPolicy(rules);
  }

  /** The values by their names, in the order of the rules, as {@link #of} takes them. */
  public Map<String, String> values() {
    return rules.stream()
        .collect(
            Collectors.toMap(
                RetentionRule::name, RetentionRule::value, (a, b) -> b, LinkedHashMap::new));
  }

  private static Optional<RetentionRule> rule(String name, String value) {
    for (Period period : Period.values()) {
      if (name.equals(period.countRule())) {
        int count = count(name, value);
        return count == 0 ? Optional.empty() : Optional.of(new RetentionRule.Newest(period, count));
      }
      if (name.equals(period.withinRule())) {
        try {
          return Optional.of(new RetentionRule.Within(period, RetentionSpan.parse(value)));
        } catch (IllegalArgumentException e) {
          throw new IllegalArgumentException(name + ": " + e.getMessage(), e);
        }
      }
    }
    throw new IllegalArgumentException(
        "There is no retention rule \"" + name + "\"; there are " + names());
  }

  private static int count(String name, String value) {
    if (value.equals("all")) {
      return RetentionRule.Newest.ALL;
    }
    if (!value.matches("\\d{1,7}") || Integer.parseInt(value) > MOST_PERIODS) {
      throw new IllegalArgumentException(
          name + " is a number from 0 to " + MOST_PERIODS + ", or all, not \"" + value + "\"");
    }
    return Integer.parseInt(value);
  }

  private static String names() {
    List<String> names = new ArrayList<>();
    for (Period period : Period.values()) {
      names.add(period.countRule());
    }
    for (Period period : Period.values()) {
      names.add(period.withinRule());
    }
    return String.join(", ", names);
  }

  /** Returns the text that {@link #parse} reads. */
  @Override
  public String toString() {
    return rules.stream().map(RetentionRule::toString).collect(Collectors.joining(","));
  }
}
