package dozo.server.notify;

import dozo.server.channel.Channel;
import dozo.server.channel.DeliveryException;
import dozo.server.channel.Event;
import dozo.server.channel.Message;
import dozo.server.notify.ChannelStatus.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A channel, what it has to send, and the thread that sends it.
 *
 * <p>Safe for use by several threads. Only {@link #test} waits for the far end.
 */
final class Outbox implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Outbox.class);

  /** The clock is looked at that often while something waits, so that a jump of it is followed. */
  private static final long LOOK_MILLISECONDS = 1_000;

  /** Who answers at all does so sooner. */
  private static final Duration CLOSING = Duration.ofSeconds(3);

  private final Channel channel;
  private final NotificationSettings settings;
  private final UUID repository;
  private final Clock clock;
  private final NotificationMetrics metrics;
  private final Thread thread;
  private Backlog backlog = new Backlog();
  private @Nullable Outcome lastSuccess;
  private @Nullable Outcome lastFailure;
  private @Nullable Instant failingSince;
  private boolean closed;

  /**
   * Makes one that does not send yet.
   *
   * @param keep has all that it holds on stable storage when it returns
   */
  Outbox(
      Channel channel,
      NotificationSettings settings,
      UUID repository,
      NotificationMetrics metrics,
      Clock clock,
      Runnable keep) {
    this.channel = channel;
    this.settings = settings;
    this.repository = repository;
    this.metrics = metrics;
    this.clock = clock;
    this.thread = Thread.ofVirtual().name("dozo-notify-" + name()).unstarted(() -> run(keep));
  }

  String name() {
    return channel.settings().name();
  }

  /** Begins to send. */
  void start() {
    thread.start();
  }

  /** Takes an event in, if the channel is to be told of such. */
  synchronized void offer(Event event) {
    if (channel.settings().wants(event)) {
      if (!backlog.offer(event)) {
        log.warn("Too much waits to be told channel={} dropped=\"{}\"", name(), event.title());
        metrics.dropped(1);
      }
      notifyAll();
    }
  }

  /** Notes that events were dropped before they came here. */
  synchronized void dropped(long events) {
    backlog.dropped(events);
  }

  private void run(Runnable keep) {
    try {
      for (Optional<Message> due = awaitDue(); due.isPresent(); due = awaitDue()) {
        // A message goes out with the same id after a crash, too.
        keep.run();
        deliver(due.get());
        keep.run();
      }
    } catch (InterruptedException e) {
      log.debug("Interrupted channel={}", name(), e);
    }
  }

  private synchronized Optional<Message> awaitDue() throws InterruptedException {
    while (!closed) {
      Optional<Message> due =
          backlog.due(
              clock.instant(), settings.group(), settings.server(), repository, UUID.randomUUID());
      if (due.isPresent()) {
        return due;
      }
      wait(backlog.size() == 0 ? 0 : LOOK_MILLISECONDS);
    }
    return Optional.empty();
  }

  private void deliver(Message message) {
    try {
      String said = channel.send(message);
      log.info(
          "Told channel={} message={} events={}", name(), message.id(), message.events().size());
      synchronized (this) {
        backlog.delivered();
        succeeded(said);
      }
    } catch (DeliveryException | RuntimeException e) {
      boolean isOurs = !(e instanceof DeliveryException);
      if (isOurs) {
        log.error("A channel failed channel={} message={}", name(), message.id(), e);
      }
      synchronized (this) {
        if (!closed) {
          failed(isOurs ? e.toString() : String.valueOf(e.getMessage()), true);
        }
      }
    }
  }

  private synchronized void succeeded(String said) {
    lastSuccess = new Outcome(clock.instant(), said);
    failingSince = null;
    metrics.sent(channel.settings().type(), true);
  }

  private synchronized void failed(String why, boolean isMessage) {
    Instant now = clock.instant();
    log.warn("Nobody could be told channel={} why=\"{}\"", name(), why);
    lastFailure = new Outcome(now, why);
    failingSince = failingSince == null ? now : failingSince;
    metrics.sent(channel.settings().type(), false);
    int lost = isMessage ? backlog.failed(now) : 0;
    if (lost > 0) {
      log.error("Given up after {} channel={} events={}", Backlog.GIVEN_UP, name(), lost);
      metrics.dropped(lost);
    }
  }

  /**
   * Sends a message now, whatever waits.
   *
   * @return what the far end said
   * @throws DeliveryException if it could not be sent
   */
  String test(Message message) throws DeliveryException {
    try {
      String said = channel.send(message);
      synchronized (this) {
        succeeded(said);
        backlog.tryAgain();
        notifyAll();
      }
      return said;
    } catch (DeliveryException e) {
      failed(String.valueOf(e.getMessage()), false);
      throw e;
    }
  }

  /** How it does. */
  synchronized ChannelStatus status() {
    return new ChannelStatus(
        channel.settings(),
        backlog.size(),
        Optional.ofNullable(lastSuccess),
        Optional.ofNullable(lastFailure),
        Optional.ofNullable(failingSince));
  }

  /** For how long it has failed. */
  synchronized Duration failing(Instant now) {
    return failingSince == null ? Duration.ZERO : Duration.between(failingSince, now);
  }

  synchronized ObjectNode toJson() {
    ObjectNode node = backlog.toJson();
    put(node, "lastSuccess", lastSuccess);
    put(node, "lastFailure", lastFailure);
    if (failingSince != null) {
      node.put("failingSince", failingSince.toString());
    }
    return node;
  }

  private static void put(ObjectNode node, String name, @Nullable Outcome outcome) {
    if (outcome != null) {
      node.putObject(name).put("at", outcome.at().toString()).put("said", outcome.said());
    }
  }

  /**
   * Takes up what was kept, before it is started.
   *
   * @throws IllegalArgumentException if it is not as it has to be
   */
  synchronized void load(JsonNode node) {
    backlog = Backlog.fromJson(node);
    lastSuccess = outcome(node.path("lastSuccess"));
    lastFailure = outcome(node.path("lastFailure"));
    failingSince =
        node.has("failingSince") ? Instant.parse(node.path("failingSince").asString("")) : null;
  }

  private static @Nullable Outcome outcome(JsonNode node) {
    return node.isMissingNode()
        ? null
        : new Outcome(Instant.parse(node.path("at").asString("")), node.path("said").asString(""));
  }

  /** Begins to send nothing any more; what waits is kept for the next start. */
  synchronized void stop() {
    closed = true;
    notifyAll();
  }

  /** Stops, and lets what is being sent come to its end, so that it need not be sent again. */
  @Override
  public void close() {
    stop();
    if (thread.getState() == Thread.State.NEW) {
      return;
    }
    try {
      if (!thread.join(CLOSING)) {
        thread.interrupt();
        boolean ended = thread.join(CLOSING);
        log.warn("A message was cut off channel={} ended={}", name(), ended);
      }
    } catch (InterruptedException e) {
      thread.interrupt();
      Thread.currentThread().interrupt();
    }
  }
}
