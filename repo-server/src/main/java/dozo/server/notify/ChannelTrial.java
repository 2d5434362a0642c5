package dozo.server.notify;

import dozo.server.channel.DeliveryException;
import dozo.server.channel.Event;
import dozo.server.channel.Message;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Sends a message by several channels at once, and waits for what comes of it. */
public final class ChannelTrial {

  /** Less than a connection to the admin API may be silent. */
  private static final Duration PATIENCE = Duration.ofSeconds(25);

  private final String server;
  private final UUID repository;
  private final Clock clock;

  ChannelTrial(String server, UUID repository, Clock clock) {
    this.server = server;
    this.repository = repository;
    this.clock = clock;
  }

  /**
   * What came of it.
   *
   * @param channel its name
   * @param delivered whether the far end has it
   * @param said by the far end, or what went wrong
   */
  public record Result(String channel, boolean delivered, String said) {}

  List<Result> run(List<Outbox> outboxes, Event event) {
    // Not closed, which would wait for those that hang: they are interrupted instead.
    ExecutorService threads =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("dozo-notify-test-", 0).factory());
    try {
      Map<Outbox, Future<String>> answers = new LinkedHashMap<>();
      for (Outbox outbox : outboxes) {
        Message message =
            new Message(UUID.randomUUID(), clock.instant(), server, repository, List.of(event), 0);
        answers.put(outbox, threads.submit(() -> outbox.test(message)));
      }
      long deadline = System.nanoTime() + PATIENCE.toNanos();
      List<Result> results = new ArrayList<>();
      answers.forEach((outbox, answer) -> results.add(result(outbox.name(), answer, deadline)));
      return results;
    } finally {
      threads.shutdownNow();
    }
  }

  private static Result result(String channel, Future<String> answer, long deadline) {
    try {
      long left = Math.max(0, deadline - System.nanoTime());
      return new Result(channel, true, answer.get(left, TimeUnit.NANOSECONDS));
    } catch (TimeoutException e) {
      return new Result(channel, false, "No answer within " + PATIENCE.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Result(channel, false, "The server is closing");
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      return new Result(
          channel,
          false,
          cause instanceof DeliveryException ? String.valueOf(cause.getMessage()) : e.toString());
    }
  }
}
