package dozo.server.notify;

import dozo.server.channel.Event;
import dozo.server.channel.Message;
import dozo.server.channel.MessageJson;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a channel still has to send. Events that wait are grouped into a message; a message stays,
 * the same whenever it is tried, until it is delivered or has become too old to be of use.
 *
 * <p>Not safe for use by several threads.
 */
final class Backlog {

  /** More that wait are dropped, and counted. */
  static final int MAXIMUM_WAITING = 200;

  /** What a person reads in one message, and a receiver takes in one request. */
  static final int MAXIMUM_IN_MESSAGE = 50;

  /** An older message tells of what nobody can act on any more. */
  static final Duration GIVEN_UP = Duration.ofHours(24);

  private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
  private static final Duration LONGEST_PAUSE = Duration.ofHours(1);
  private static final int MOST_DOUBLINGS = 6;

  private final ArrayDeque<Event> waiting = new ArrayDeque<>();
  private @Nullable Message held;
  private int tries;
  private Instant triedLast = Instant.EPOCH;
  private long dropped;

  /** Takes an event in. Returns false if there is no room for it. */
  boolean offer(Event event) {
    if (waiting.size() >= MAXIMUM_WAITING) {
      dropped++;
      return false;
    }
    waiting.add(event);
    return true;
  }

  /** Notes that events were dropped before they came here. */
  void dropped(long events) {
    dropped += events;
  }

  /**
   * The message that is to be sent now, if one is. A new one has to be kept before it is sent.
   *
   * @param id for a new message
   */
  Optional<Message> due(Instant now, Duration group, String server, UUID repository, UUID id) {
    if (held == null && !waiting.isEmpty() && hasPassed(waiting.getFirst().time(), group, now)) {
      List<Event> events = new ArrayList<>();
      while (!waiting.isEmpty() && events.size() < MAXIMUM_IN_MESSAGE) {
        events.add(waiting.removeFirst());
      }
      held = new Message(id, now, server, repository, events, dropped);
      dropped = 0;
      tries = 0;
    }
    return held != null && hasPassed(triedLast, pause(), now)
        ? Optional.of(held)
        : Optional.empty();
  }

  /** A clock that was set back must not make anything wait for longer. */
  private static boolean hasPassed(Instant since, Duration time, Instant now) {
    return now.isBefore(since) || !since.plus(time).isAfter(now);
  }

  private Duration pause() {
    if (tries == 0) {
      return Duration.ZERO;
    }
    Duration grown = FIRST_PAUSE.multipliedBy(1L << Math.min(tries - 1, MOST_DOUBLINGS));
    return grown.compareTo(LONGEST_PAUSE) < 0 ? grown : LONGEST_PAUSE;
  }

  /** The message was delivered. */
  void delivered() {
    held = null;
    tries = 0;
  }

  /**
   * The message could not be sent.
   *
   * @return how many events were given up with it
   */
  int failed(Instant now) {
    tries++;
    triedLast = now;
    if (held == null || hasRoomForPatience(held, now)) {
      return 0;
    }
    int lost = held.events().size();
    dropped += lost + held.dropped();
    held = null;
    tries = 0;
    return lost;
  }

  private static boolean hasRoomForPatience(Message message, Instant now) {
    return message.created().plus(GIVEN_UP).isAfter(now);
  }

  /** Has what waits for another try sent at once: the far end is known to be well again. */
  void tryAgain() {
    tries = 0;
  }

  /** How many events have not been delivered. */
  int size() {
    return waiting.size() + (held == null ? 0 : held.events().size());
  }

  ObjectNode toJson() {
    ObjectNode node = JsonNodeFactory.instance.objectNode().put("dropped", dropped);
    ArrayNode events = node.putArray("waiting");
    waiting.forEach(event -> events.add(MessageJson.write(event)));
    if (held != null) {
      node.set("held", MessageJson.write(held));
    }
    return node;
  }

  /**
   * Reads what was kept. It is tried at once: the server was started anew, perhaps because
   * something was mended.
   *
   * @throws IllegalArgumentException if it is not as it has to be
   */
  static Backlog fromJson(JsonNode node) {
    Backlog backlog = new Backlog();
    node.path("waiting").forEach(event -> backlog.offer(MessageJson.readEvent(event)));
    if (node.has("held")) {
      backlog.held = MessageJson.readMessage(node.path("held"));
    }
    backlog.dropped += node.path("dropped").asLong(0);
    return backlog;
  }
}
