package dozo.server.admin;

import java.io.IOException;
import java.io.InputStream;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The API's OpenAPI document and as much of JSON Schema as it uses. A keyword that this does not
 * know fails, so that nothing is left unchecked.
 */
final class ApiSchema {

  private static final Set<String> SILENT =
      Set.of("description", "title", "format", "properties", "required", "additionalProperties");

  private final JsonNode document;

  private ApiSchema(JsonNode document) {
    this.document = document;
  }

  static ApiSchema load() throws IOException {
    try (InputStream file = ApiSchema.class.getResourceAsStream("openapi.json")) {
      return new ApiSchema(new JsonMapper().readTree(file));
    }
  }

  JsonNode document() {
    return document;
  }

  JsonNode operation(AdminRoute route) {
    return document.path("paths").path(route.path()).path(route.method().toLowerCase(Locale.ROOT));
  }

  /** What a reference leads to; anything else itself. */
  JsonNode resolve(JsonNode node) {
    if (!node.has("$ref")) {
      return node;
    }
    JsonNode found = document.at(node.get("$ref").asString().substring(1));
    if (found.isMissingNode()) {
      throw new AssertionError("Nothing is at " + node.get("$ref"));
    }
    return resolve(found);
  }

  /** What is wrong with a value, each with the place where. */
  List<String> faults(JsonNode schema, JsonNode value) {
    List<String> faults = new ArrayList<>();
    check(resolve(schema), value, "", faults);
    return faults;
  }

  private void check(JsonNode schema, JsonNode value, String at, List<String> faults) {
    for (String keyword : schema.propertyNames()) {
      JsonNode says = schema.get(keyword);
      boolean holds =
          switch (keyword) {
            case "type" -> isOf(says.asString(), value);
            case "enum" -> contains(says, value);
            case "const" -> says.equals(value);
            case "minimum" -> !value.isNumber() || value.asLong() >= says.asLong();
            case "maximum" -> !value.isNumber() || value.asLong() <= says.asLong();
            case "minLength" -> !value.isString() || value.asString().length() >= says.asInt();
            case "maxLength" -> !value.isString() || value.asString().length() <= says.asInt();
            case "minItems" -> !value.isArray() || value.size() >= says.asInt();
            case "maxItems" -> !value.isArray() || value.size() <= says.asInt();
            case "minProperties" -> !value.isObject() || value.size() >= says.asInt();
            case "pattern" -> !value.isString() || value.asString().matches(says.asString());
            case "items" -> {
              for (int i = 0; i < value.size(); i++) {
                check(resolve(says), value.get(i), at + "/" + i, faults);
              }
              yield true;
            }
            case "oneOf" -> {
              int fitting = 0;
              for (JsonNode each : says) {
                fitting += faults(each, value).isEmpty() ? 1 : 0;
              }
              yield fitting == 1;
            }
            default -> {
              if (!SILENT.contains(keyword)) {
                throw new AssertionError("The keyword " + keyword + " is not known here");
              }
              yield true;
            }
          };
      if (!holds) {
        faults.add(at + " is not of " + keyword + " " + says + ": " + value);
      }
    }
    checkFormat(schema.path("format").asString(""), value, at, faults);
    if (value instanceof ObjectNode object) {
      checkMembers(schema, object, at, faults);
    }
  }

  private void checkMembers(JsonNode schema, ObjectNode object, String at, List<String> faults) {
    for (JsonNode name : schema.path("required")) {
      if (!object.has(name.asString())) {
        faults.add(at + " lacks " + name);
      }
    }
    for (String name : object.propertyNames()) {
      JsonNode known = schema.path("properties").path(name);
      JsonNode other = schema.path("additionalProperties");
      if (!known.isMissingNode()) {
        check(resolve(known), object.get(name), at + "/" + name, faults);
      } else if (other.isObject()) {
        check(resolve(other), object.get(name), at + "/" + name, faults);
      } else if (other.isBoolean() && !other.asBoolean()) {
        faults.add(at + " has no member " + name);
      }
    }
  }

  private static void checkFormat(String format, JsonNode value, String at, List<String> faults) {
    try {
      switch (format) {
        case "uuid" -> UUID.fromString(value.asString());
        case "date-time" -> Instant.parse(value.asString());
        case "date" -> LocalDate.parse(value.asString());
        case "", "int64" -> {}
        default -> throw new AssertionError("The format " + format + " is not known here");
      }
    } catch (IllegalArgumentException | DateTimeException e) {
      faults.add(at + " is no " + format + ": " + value);
    }
  }

  private static boolean isOf(String type, JsonNode value) {
    return switch (type) {
      case "object" -> value.isObject();
      case "array" -> value.isArray();
      case "string" -> value.isString();
      case "boolean" -> value.isBoolean();
      case "integer" -> value.isIntegralNumber();
      case "number" -> value.isNumber();
      default -> throw new AssertionError("The type " + type + " is not known here");
    };
  }

  private static boolean contains(JsonNode list, JsonNode value) {
    for (JsonNode each : list) {
      if (each.equals(value)) {
        return true;
      }
    }
    return false;
  }
}
