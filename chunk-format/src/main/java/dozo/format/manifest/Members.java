package dozo.format.manifest;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The members of a JSON object, each read as what it must be. Unknown ones are never looked at. */
final class Members {

  private final ObjectNode node;
  private final String object;
  private final String path;

  Members(ObjectNode node, String object) {
    this(node, object, "");
  }

  private Members(ObjectNode node, String object, String path) {
    this.node = node;
    this.object = object;
    this.path = path;
  }

  /** A text that must be there. */
  String text(String name) throws CorruptDataException {
    JsonNode value = node.get(name);
    if (value == null || !value.isString()) {
      throw wrong(name, "a text");
    }
    return value.stringValue();
  }

  /** A text, or another if it is left out. */
  String text(String name, String otherwise) throws CorruptDataException {
    return node.has(name) ? text(name) : otherwise;
  }

  /** A whole number that must be there. */
  long wholeNumber(String name) throws CorruptDataException {
    JsonNode value = node.get(name);
    if (value == null || !value.isIntegralNumber() || !value.canConvertToLong()) {
      throw wrong(name, "a whole number");
    }
    return value.longValue();
  }

  /** A whole number of 32 bits that must be there. */
  int smallNumber(String name) throws CorruptDataException {
    long value = wholeNumber(name);
    if (value != (int) value) {
      throw wrong(name, "a small number");
    }
    return (int) value;
  }

  /** An instant that must be there. */
  Instant instant(String name) throws CorruptDataException {
    try {
      return Instant.parse(text(name));
    } catch (DateTimeException e) {
      throw wrong(name, "an instant such as 2026-11-21T12:00:00Z");
    }
  }

  /** An instant, or nothing if it is left out. */
  Optional<Instant> optionalInstant(String name) throws CorruptDataException {
    return node.has(name) ? Optional.of(instant(name)) : Optional.empty();
  }

  /** A UUID that must be there. */
  UUID uuid(String name) throws CorruptDataException {
    String text = text(name);
    try {
      if (text.length() == 36) {
        return UUID.fromString(text);
      }
    } catch (IllegalArgumentException e) {
      throw wrong(name, "a UUID");
    }
    throw wrong(name, "a UUID");
  }

  /** An object that must be there. */
  Members object(String name) throws CorruptDataException {
    return members(node.get(name), name);
  }

  /** An object, or an empty one if it is left out. */
  Members optionalObject(String name) throws CorruptDataException {
    return node.has(name) ? object(name) : members(JsonText.object(), name);
  }

  boolean has(String name) {
    return node.has(name);
  }

  /** A list of objects, or an empty one if it is left out. */
  List<Members> objects(String name, int maximum) throws CorruptDataException {
    List<Members> list = new ArrayList<>();
    if (node.has(name)) {
      if (!(node.get(name) instanceof ArrayNode array) || array.size() > maximum) {
        throw wrong(name, "a list of at most " + maximum + " objects");
      }
      for (int i = 0; i < array.size(); i++) {
        list.add(members(array.get(i), name + "[" + i + "]"));
      }
    }
    return list;
  }

  /** All members, which must be texts. */
  SortedMap<String, String> texts() throws CorruptDataException {
    SortedMap<String, String> texts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      texts.put(member.getKey(), text(member.getKey()));
    }
    return texts;
  }

  private Members members(@Nullable JsonNode value, String name) throws CorruptDataException {
    if (value instanceof ObjectNode found) {
      return new Members(found, object, path + name + ".");
    }
    throw wrong(name, "an object");
  }

  private CorruptDataException wrong(String name, String expected) {
    return new CorruptDataException(
        Fault.of("The member " + path + name + " is missing or wrong")
            .in(object)
            .expected(expected));
  }
}
