package dozo.server.notify;

import dozo.server.channel.ChannelType;
import dozo.server.metrics.ServerMetrics;
import io.micrometer.core.instrument.Counter;
import java.util.EnumMap;
import java.util.Map;

/**
 * What is told and what is not. All series are there from the start, whatever channels there are.
 */
final class NotificationMetrics {

  private final Map<ChannelType, Counter> delivered = new EnumMap<>(ChannelType.class);
  private final Map<ChannelType, Counter> failed = new EnumMap<>(ChannelType.class);
  private final Counter dropped;

  NotificationMetrics(ServerMetrics metrics) {
    for (ChannelType type : ChannelType.values()) {
      delivered.put(type, counter(metrics, type, "delivered"));
      failed.put(type, counter(metrics, type, "failed"));
    }
    dropped =
        Counter.builder("dozo.notifications.dropped")
            .description("Events that nobody will be told of")
            .register(metrics.registry());
  }

  private static Counter counter(ServerMetrics metrics, ChannelType type, String outcome) {
    return Counter.builder("dozo.notifications.messages")
        .description("Attempts to send a message")
        .tag("type", type.word())
        .tag("outcome", outcome)
        .register(metrics.registry());
  }

  void sent(ChannelType type, boolean success) {
    Counter counter = (success ? delivered : failed).get(type);
    if (counter == null) {
      throw new AssertionError("Every type of channel has its meters");
    }
    counter.increment();
  }

  void dropped(long events) {
    dropped.increment((double) events);
  }
}
