package dozo.server.channel;

import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Messages and events as JSON: what webhooks get, and what is kept of those that wait. */
public final class MessageJson {

  /** The version of what webhooks get. Members are added without a new one. */
  public static final int VERSION = 1;

  private static final String TYPE = "dozo.notification";

  private MessageJson() {}

  /** What a webhook gets: {@code docs/notifications.md} §3. */
  static ObjectNode payload(Message message) {
    ObjectNode payload =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", TYPE)
            .put("version", VERSION)
            .put("timestamp", message.created().toString())
            .put("text", message.subject() + "\n\n" + message.text());
    payload.set("data", write(message));
    return payload;
  }

  /** Writes a message. */
  public static ObjectNode write(Message message) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", message.id().toString())
            .put("created", message.created().toString())
            .put("server", message.server())
            .put("repository", message.repository().toString());
    ArrayNode events = node.putArray("events");
    message.events().forEach(event -> events.add(write(event)));
    return node.put("dropped", message.dropped());
  }

  /** Writes an event. */
  public static ObjectNode write(Event event) {
    ObjectNode node =
        JsonNodeFactory.instance
            .objectNode()
            .put("id", event.id().toString())
            .put("time", event.time().toString())
            .put("kind", event.kind().word())
            .put("title", event.title())
            .put("text", event.text());
    ObjectNode details = node.putObject("details");
    event.details().forEach(details::put);
    return node;
  }

  /**
   * Reads a message.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Message readMessage(JsonNode node) {
    List<Event> events = new ArrayList<>();
    node.path("events").forEach(event -> events.add(readEvent(event)));
    return new Message(
        uuid(node, "id"),
        time(node, "created"),
        node.path("server").asString(""),
        uuid(node, "repository"),
        events,
        node.path("dropped").asLong(0));
  }

  /**
   * Reads an event.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static Event readEvent(JsonNode node) {
    SortedMap<String, String> details = new TreeMap<>();
    node.path("details")
        .properties()
        .forEach(detail -> details.put(detail.getKey(), detail.getValue().asString("")));
    return new Event(
        uuid(node, "id"),
        time(node, "time"),
        EventKind.parse(node.path("kind").asString("")),
        node.path("title").asString(""),
        node.path("text").asString(""),
        details);
  }

  private static UUID uuid(JsonNode node, String name) {
    return UUID.fromString(node.path(name).asString(""));
  }

  private static Instant time(JsonNode node, String name) {
    try {
      return Instant.parse(node.path(name).asString(""));
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("The member " + name + " is no time", e);
    }
  }
}
