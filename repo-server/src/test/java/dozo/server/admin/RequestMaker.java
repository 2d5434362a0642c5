package dozo.server.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Makes requests as the OpenAPI document describes them, and spoils about every second. */
final class RequestMaker {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final int DEPTH = 4;

  private static final List<String> ODD =
      List.of(
          "",
          "0",
          "-1",
          "9223372036854775808",
          "null",
          "..",
          "%00",
          "\u0000",
          "ö/ü?#&",
          "' or 1=1 --",
          "\ud83d\ude00",
          "x".repeat(3_000),
          "2026-02-30T25:00:00Z",
          "+999999999-12-31",
          "{}");

  /** Texts that the API gives a meaning to. */
  private static final List<String> KNOWN =
      List.of(
          "default",
          "web",
          "vm.xml",
          "UTC",
          "Europe/Berlin",
          "7d",
          "0d",
          "2d",
          "12h",
          "5%",
          "50M",
          "all",
          "2026-01-01",
          "+999999999-12-31",
          "-999999999-01-01",
          "02:30",
          "2027-01-31T00:00:00Z",
          "+1000000000-12-31T23:59:59Z",
          "-1000000000-01-01T00:00:00Z");

  private final ApiSchema schema;
  private final Random random;
  private final List<String> ids;

  /** A request. */
  @SuppressWarnings("ArrayRecordComponent") // For a test's eyes only; nobody compares it.
  record Made(String method, String path, Map<String, String> headers, byte[] body) {}

  /**
   * Prepares to make requests.
   *
   * @param ids of what is there; may be added to
   */
  RequestMaker(ApiSchema schema, Random random, List<String> ids) {
    this.schema = schema;
    this.random = random;
    this.ids = ids;
  }

  Made make(AdminRoute route) {
    JsonNode operation = schema.operation(route);
    String path = route.path();
    List<String> query = new ArrayList<>();
    Map<String, String> headers = new HashMap<>();
    for (JsonNode each : operation.path("parameters")) {
      JsonNode parameter = schema.resolve(each);
      String name = parameter.get("name").asString();
      String value = text(parameter);
      switch (parameter.get("in").asString()) {
        // Without a value it would be the path of another route.
        case "path" ->
            path = path.replace("{" + name + "}", value.isEmpty() ? "x" : encoded(value));
        case "query" -> {
          if (random.nextBoolean()) {
            query.add(name + "=" + encoded(value));
          }
        }
        default -> {
          if (random.nextInt(4) == 0 && value.matches("[ -~]+")) {
            headers.put(name, value);
          }
        }
      }
    }
    JsonNode body = operation.at("/requestBody/content/application~1json/schema");
    return new Made(
        route.method(),
        query.isEmpty() ? path : path + "?" + String.join("&", query),
        headers,
        body.isMissingNode() ? oddBody(40) : body(body));
  }

  private static String encoded(String value) {
    return URLEncoder.encode(value, UTF_8).replace("+", "%20");
  }

  private String text(JsonNode parameter) {
    return random.nextInt(4) == 0 ? pick(ODD) : value(parameter.get("schema"), 0).asString("");
  }

  private byte[] body(JsonNode wanted) {
    JsonNode value = value(wanted, 0);
    if (random.nextInt(3) == 0) {
      value = spoiled(value);
    }
    byte[] text = value.toString().getBytes(UTF_8);
    if (random.nextInt(10) == 0) {
      text = Arrays.copyOf(text, random.nextInt(text.length + 1));
    }
    if (random.nextInt(10) == 0 && text.length > 0) {
      text[random.nextInt(text.length)] = (byte) random.nextInt();
    }
    return random.nextInt(20) == 0 ? oddBody(1) : text;
  }

  /** A body where none belongs, one time in so many. */
  private byte[] oddBody(int times) {
    if (random.nextInt(times) != 0) {
      return new byte[0];
    }
    return switch (random.nextInt(4)) {
      case 0 -> "[".repeat(10_000).getBytes(UTF_8);
      case 1 -> ("{\"kind\":" + "9".repeat(2_000) + "}").getBytes(UTF_8);
      case 2 -> {
        byte[] bytes = new byte[random.nextInt(1_000)];
        random.nextBytes(bytes);
        yield bytes;
      }
      default -> pick(ODD).getBytes(UTF_8);
    };
  }

  private JsonNode value(JsonNode described, int depth) {
    JsonNode wanted = schema.resolve(described);
    if (wanted.has("const")) {
      return wanted.get("const");
    }
    if (wanted.has("enum")) {
      return wanted.get("enum").get(random.nextInt(wanted.get("enum").size()));
    }
    if (wanted.has("oneOf")) {
      return value(wanted.get("oneOf").get(random.nextInt(wanted.get("oneOf").size())), depth);
    }
    return switch (wanted.path("type").asString("")) {
      case "object" -> object(wanted, depth);
      case "array" -> {
        ArrayNode array = NODES.arrayNode();
        int size = wanted.path("minItems").asInt(0) + random.nextInt(3);
        for (int i = 0; i < size; i++) {
          array.add(value(wanted.get("items"), depth + 1));
        }
        yield array;
      }
      case "boolean" -> NODES.booleanNode(random.nextBoolean());
      case "integer" -> number(wanted);
      default -> NODES.stringNode(string(wanted));
    };
  }

  private ObjectNode object(JsonNode wanted, int depth) {
    ObjectNode object = NODES.objectNode();
    List<String> required = new ArrayList<>();
    wanted.path("required").forEach(name -> required.add(name.asString()));
    for (String name : wanted.path("properties").propertyNames()) {
      if (required.contains(name) || (depth < DEPTH && random.nextInt(3) == 0)) {
        object.set(name, value(wanted.get("properties").get(name), depth + 1));
      }
    }
    return object;
  }

  private JsonNode number(JsonNode wanted) {
    long least = wanted.path("minimum").asLong(0);
    long most = wanted.path("maximum").asLong(Long.MAX_VALUE);
    return switch (random.nextInt(4)) {
      case 0 -> NODES.numberNode(least);
      case 1 -> NODES.numberNode(most);
      default -> NODES.numberNode(least + random.nextInt(100));
    };
  }

  private String string(JsonNode wanted) {
    return switch (wanted.path("format").asString("")) {
      case "uuid" ->
          random.nextInt(4) == 0
              ? new UUID(random.nextLong(), random.nextLong()).toString()
              : pick(ids);
      case "date" -> "2026-0" + (1 + random.nextInt(9)) + "-1" + random.nextInt(10);
      default -> random.nextInt(6) == 0 ? pick(ODD) : pick(KNOWN);
    };
  }

  /** Puts something else in a place, takes it away, or adds to it. */
  private JsonNode spoiled(JsonNode value) {
    if (value instanceof ObjectNode object && !object.isEmpty() && random.nextInt(5) != 0) {
      String name = pick(List.copyOf(object.propertyNames()));
      switch (random.nextInt(3)) {
        case 0 -> object.remove(name);
        case 1 -> object.set(pick(ODD), object.get(name));
        default -> object.set(name, spoiled(object.get(name)));
      }
      return object;
    }
    if (value instanceof ArrayNode array && !array.isEmpty() && random.nextInt(5) != 0) {
      int index = random.nextInt(array.size());
      array.set(index, spoiled(array.get(index)));
      return array;
    }
    return switch (random.nextInt(6)) {
      case 0 -> NODES.nullNode();
      case 1 -> NODES.numberNode(random.nextLong());
      case 2 -> NODES.numberNode(-0.5);
      case 3 -> NODES.arrayNode().add(true);
      case 4 -> NODES.objectNode().put("x", "y");
      default -> NODES.stringNode(pick(ODD));
    };
  }

  private <T> T pick(List<T> list) {
    return list.get(random.nextInt(list.size()));
  }
}
