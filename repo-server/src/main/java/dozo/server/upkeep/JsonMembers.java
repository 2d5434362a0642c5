package dozo.server.upkeep;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Takes the members of an object one by one. What nobody has taken in the end is refused: it may be
 * a misspelt member, and what it was to keep would be lost. For one thread.
 */
public final class JsonMembers {

  private final ObjectNode object;
  private final String what;
  private final Set<String> taken = new HashSet<>();

  /**
   * Takes from an object.
   *
   * @param what it is, for errors
   */
  public JsonMembers(ObjectNode object, String what) {
    this.object = object;
    this.what = what;
  }

  private Optional<JsonNode> take(String name) {
    taken.add(name);
    @Nullable JsonNode value = object.get(name);
    return Optional.ofNullable(value);
  }

  /** A text. */
  public Optional<String> text(String name) {
    Optional<JsonNode> value = take(name);
    if (value.isPresent() && !value.get().isString()) {
      throw wrong(name, "a text");
    }
    return value.map(JsonNode::stringValue);
  }

  /**
   * A text.
   *
   * @throws IllegalArgumentException if it is not there
   */
  public String required(String name) {
    return text(name)
        .orElseThrow(() -> new IllegalArgumentException("A " + what + " needs a " + name));
  }

  /** A truth; false if it is not there. */
  public boolean flag(String name) {
    Optional<JsonNode> value = take(name);
    if (value.isPresent() && !value.get().isBoolean()) {
      throw wrong(name, "true or false");
    }
    return value.map(JsonNode::booleanValue).orElse(false);
  }

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException if it is not there
   */
  public int number(String name) {
    return take(name)
        .filter(value -> value.isIntegralNumber() && value.canConvertToInt())
        .map(JsonNode::intValue)
        .orElseThrow(() -> wrong(name, "a whole number"));
  }

  /** An object. */
  public Optional<ObjectNode> object(String name) {
    Optional<JsonNode> value = take(name);
    if (value.isPresent() && !(value.get() instanceof ObjectNode)) {
      throw wrong(name, "an object");
    }
    return value.map(ObjectNode.class::cast);
  }

  /** A list of texts; none if it is not there. */
  public List<String> texts(String name) {
    List<String> texts = new ArrayList<>();
    for (JsonNode item : items(name)) {
      if (!item.isString()) {
        throw wrong(name, "a list of texts");
      }
      texts.add(item.stringValue());
    }
    return texts;
  }

  List<ObjectNode> objects(String name) {
    List<ObjectNode> objects = new ArrayList<>();
    for (JsonNode item : items(name)) {
      if (!(item instanceof ObjectNode each)) {
        throw wrong(name, "a list of objects");
      }
      objects.add(each);
    }
    return objects;
  }

  private List<JsonNode> items(String name) {
    Optional<JsonNode> value = take(name);
    if (value.isEmpty()) {
      return List.of();
    }
    if (!(value.get() instanceof ArrayNode array)) {
      throw wrong(name, "a list");
    }
    List<JsonNode> items = new ArrayList<>();
    array.forEach(items::add);
    return items;
  }

  private IllegalArgumentException wrong(String name, String expected) {
    return new IllegalArgumentException("The member " + name + " of a " + what + " is " + expected);
  }

  /** Refuses members that nobody has taken. */
  public void requireAllTaken() {
    for (String name : object.propertyNames()) {
      if (!taken.contains(name)) {
        throw new IllegalArgumentException("A " + what + " has no member " + name);
      }
    }
  }
}
