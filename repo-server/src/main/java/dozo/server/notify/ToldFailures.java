package dozo.server.notify;

import dozo.server.channel.Event;
import dozo.server.channel.MessageJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Which failures have been told of. The first of a VM's backups, or of a task, is told of at once;
 * what follows within some hours is counted and told of after them.
 *
 * <p>Not safe for use by several threads.
 */
final class ToldFailures {

  /** Shorter than a day, so that what fails each night is told of each morning. */
  static final Duration PAUSE = Duration.ofHours(6);

  /** So many different ones are told apart. */
  static final int MAXIMUM = 1_000;

  private final Map<String, Told> told = new LinkedHashMap<>();
  private final Supplier<UUID> ids;

  /** When it was told of, how often it came since, and as what it came last. */
  private record Told(Instant last, int more, Event latest) {}

  ToldFailures(Supplier<UUID> ids) {
    this.ids = ids;
  }

  /**
   * Something has failed.
   *
   * @param key what; the same for what fails again
   * @return what is news
   */
  Optional<Event> failed(String key, Event event) {
    Told before = told.get(key);
    if (before != null) {
      told.put(key, new Told(before.last(), before.more() + 1, event));
      return Optional.empty();
    }
    if (told.size() < MAXIMUM) {
      told.put(key, new Told(event.time(), 0, event));
    }
    return Optional.of(event);
  }

  /** What has failed again and was not told of, where its time has come. */
  List<Event> look(Instant now) {
    List<Event> news = new ArrayList<>();
    Map<String, Told> again = new LinkedHashMap<>();
    for (Iterator<Map.Entry<String, Told>> all = told.entrySet().iterator(); all.hasNext(); ) {
      Map.Entry<String, Told> entry = all.next();
      Told each = entry.getValue();
      if (each.last().plus(PAUSE).isAfter(now) && !each.last().isAfter(now)) {
        continue;
      }
      if (each.more() == 0) {
        all.remove();
      } else {
        Event latest = each.latest();
        news.add(
            latest.as(
                latest.kind(),
                ids.get(),
                now,
                latest.title(),
                "%d times since %s, the last time at %s: %s"
                    .formatted(each.more(), each.last(), latest.time(), latest.text())));
        again.put(entry.getKey(), new Told(now, 0, latest));
      }
    }
    told.putAll(again);
    return news;
  }

  ArrayNode toJson() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    told.forEach((key, each) -> {
      ObjectNode node =
          array
              .addObject()
              .put("key", key)
              .put("last", each.last().toString())
              .put("more", each.more());
      node.set("latest", MessageJson.write(each.latest()));
    });
    return array;
  }

  /**
   * Takes up what was kept.
   *
   * @throws IllegalArgumentException if it is not as it has to be
   */
  void load(JsonNode array) {
    for (JsonNode each : array) {
      told.put(
          each.path("key").asString(""),
          new Told(
              Instant.parse(each.path("last").asString("")),
              each.path("more").asInt(0),
              MessageJson.readEvent(each.path("latest"))));
    }
  }
}
