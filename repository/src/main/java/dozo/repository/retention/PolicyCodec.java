package dozo.repository.retention;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Policies as JSON objects, such as {@code {"keepDaily":7,"keepWithin":"2d"}}. The members are the
 * rules' names without their hyphens.
 */
public final class PolicyCodec {

  private static final Pattern HYPHEN = Pattern.compile("-([a-z])");
  private static final Pattern CAPITAL = Pattern.compile("[A-Z]");

  private PolicyCodec() {}

  /** Returns the object that says what the policy says. */
  public static ObjectNode encode(RetentionPolicy policy) {
    ObjectNode node = JsonNodeFactory.instance.objectNode();
    for (RetentionRule rule : policy.rules()) {
      String name =
          HYPHEN.matcher(rule.name()).replaceAll(m -> m.group(1).toUpperCase(Locale.ROOT));
      if (rule instanceof RetentionRule.Newest newest
          && newest.count() != RetentionRule.Newest.ALL) {
        node.put(name, newest.count());
      } else {
        node.put(name, rule.value());
      }
    }
    return node;
  }

  /**
   * Reads a policy. A member that is no rule is refused and not ignored: it may be a misspelt one,
   * and what it was to keep would be forgotten.
   *
   * @throws IllegalArgumentException if a member or its value is none, or no rule remains
   */
  public static RetentionPolicy decode(ObjectNode node) {
    Map<String, String> values = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      String name = member.getKey();
      if (name.indexOf('-') >= 0) {
        throw new IllegalArgumentException(
            "The members of a retention policy are written like keepDaily, not \"" + name + "\"");
      }
      JsonNode value = member.getValue();
      if (!value.isIntegralNumber() && !value.isString()) {
        throw new IllegalArgumentException(
            "The member " + name + " of a retention policy is a number or a text, not " + value);
      }
      values.put(
          CAPITAL.matcher(name).replaceAll(m -> "-" + m.group().toLowerCase(Locale.ROOT)),
          value.asString());
    }
    return RetentionPolicy.of(values);
  }
}
