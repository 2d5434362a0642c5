package dozo.server.notify;

import dozo.server.channel.Event;
import dozo.server.channel.EventKind;
import dozo.server.channel.MessageJson;
import dozo.server.health.Warning;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * Which warnings have been told of. One is news when it comes, when it has held for long, and when
 * it has been gone for a while; one that comes and goes all the time is one that stays. Very many
 * of a kind are told of as one.
 *
 * <p>Not safe for use by several threads.
 */
final class ToldWarnings {

  /** More of one kind are told of together: nobody reads a thousand mails. */
  static final int MAXIMUM_OF_A_KIND = 20;

  /** So long it has to be gone before that is told. */
  static final Duration SETTLED = Duration.ofMinutes(15);

  private static final int EXAMPLES = 3;

  private final Map<String, Told> told = new LinkedHashMap<>();
  private final Supplier<UUID> ids;

  /** An event, when it was told of last, and when its warning was there last. */
  private record Told(Event event, Instant last, Instant seen) {}

  ToldWarnings(Supplier<UUID> ids) {
    this.ids = ids;
  }

  /** How many warnings hold that have been told of. */
  int size() {
    return told.size();
  }

  /**
   * Looks at all warnings that hold now.
   *
   * @param repeat after which time one that still holds is news again; zero for never
   * @return what is news
   */
  List<Event> look(List<Warning> warnings, Instant now, Duration repeat) {
    List<Event> news = new ArrayList<>();
    byKind(warnings)
        .forEach((kind, all) -> {
          if (all.size() <= MAXIMUM_OF_A_KIND) {
            all.forEach(each -> holds(key(each), event(each, now), now, repeat, news));
          } else {
            holds(kind.word() + " many", together(kind, all, now), now, repeat, news);
            all.forEach(each -> stillHolds(key(each), now));
          }
        });
    for (Iterator<Told> all = told.values().iterator(); all.hasNext(); ) {
      Told each = all.next();
      if (!each.seen().plus(SETTLED).isAfter(now)) {
        news.add(
            each.event()
                .as(
                    EventKind.ENDED,
                    ids.get(),
                    now,
                    "Over: " + each.event().title(),
                    "This does not hold any more: " + each.event().text()));
        all.remove();
      }
    }
    return news;
  }

  private static Map<Warning.Kind, List<Warning>> byKind(List<Warning> warnings) {
    Map<Warning.Kind, List<Warning>> kinds = new EnumMap<>(Warning.Kind.class);
    warnings.forEach(
        each -> kinds.computeIfAbsent(each.kind(), kind -> new ArrayList<>()).add(each));
    return kinds;
  }

  private void holds(String key, Event event, Instant now, Duration repeat, List<Event> news) {
    Told before = told.get(key);
    if (before == null) {
      told.put(key, new Told(event, now, now));
      news.add(event);
    } else if (!repeat.isZero() && !before.last().plus(repeat).isAfter(now)) {
      told.put(key, new Told(event, now, now));
      news.add(
          event.as(EventKind.REMINDER, event.id(), now, "Still: " + event.title(), event.text()));
    } else {
      told.put(key, new Told(before.event(), before.last(), now));
    }
  }

  private void stillHolds(String key, Instant now) {
    told.computeIfPresent(key, (same, before) -> new Told(before.event(), before.last(), now));
  }

  /** What a warning is about. Its text may change from day to day without being another. */
  private static String key(Warning warning) {
    StringBuilder key = new StringBuilder(warning.kind().word());
    warning
        .vm()
        .ifPresent(vm -> key.append(' ').append(vm.id()).append(' ').append(vm.namespace()));
    warning.restorePoint().ifPresent(id -> key.append(' ').append(id));
    return key.toString();
  }

  private Event event(Warning warning, Instant now) {
    TreeMap<String, String> details = new TreeMap<>(Map.of("warning", warning.kind().word()));
    warning
        .vm()
        .ifPresent(vm -> {
          details.put("namespace", vm.namespace());
          details.put("vm", vm.id().toString());
          details.put("vmName", vm.name());
        });
    warning.restorePoint().ifPresent(id -> details.put("restorePoint", id.toString()));
    warning.since().ifPresent(since -> details.put("since", since.toString()));
    return new Event(ids.get(), now, EventKind.WARNING, title(warning), text(warning), details);
  }

  private static String title(Warning warning) {
    String title = warning.kind().title();
    return warning.vm().map(vm -> vm.name() + ": " + title).orElse(title);
  }

  private static String text(Warning warning) {
    return warning
            .vm()
            .map(vm -> "VM %s of namespace %s. ".formatted(vm.name(), vm.namespace()))
            .orElse("")
        + warning.restorePoint().map(id -> "Restore point " + id + ". ").orElse("")
        + warning.text();
  }

  private Event together(Warning.Kind kind, List<Warning> all, Instant now) {
    StringBuilder text = new StringBuilder("Among them: ");
    all.stream().limit(EXAMPLES).forEach(each -> text.append(text(each)).append(" | "));
    return new Event(
        ids.get(),
        now,
        EventKind.WARNING,
        "%s, %d times".formatted(kind.title(), all.size()),
        text.append("See the server's page, or GET /api/v1/warnings, for all.").toString(),
        new TreeMap<>(Map.of("warning", kind.word(), "count", String.valueOf(all.size()))));
  }

  ArrayNode toJson() {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    told.forEach((key, each) ->
        array
            .addObject()
            .put("key", key)
            .put("last", each.last().toString())
            .set("event", MessageJson.write(each.event())));
    return array;
  }

  /**
   * Takes up what was kept.
   *
   * @param now since when what is not there counts as gone
   * @throws IllegalArgumentException if it is not as it has to be
   */
  void load(JsonNode array, Instant now) {
    for (JsonNode each : array) {
      told.put(
          each.path("key").asString(""),
          new Told(
              MessageJson.readEvent(each.path("event")),
              Instant.parse(each.path("last").asString("")),
              now));
    }
  }
}
