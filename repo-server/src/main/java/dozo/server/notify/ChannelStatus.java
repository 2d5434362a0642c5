package dozo.server.notify;

import dozo.server.channel.ChannelSettings;
import java.time.Instant;
import java.util.Optional;

/**
 * How a channel does.
 *
 * @param settings how it was set up
 * @param waiting events that it has not delivered
 * @param lastSuccess when it delivered a message last, and what the far end said
 * @param lastFailure when it could not last, and why
 * @param failingSince when it began to fail, if what it sent last failed
 */
public record ChannelStatus(
    ChannelSettings settings,
    int waiting,
    Optional<Outcome> lastSuccess,
    Optional<Outcome> lastFailure,
    Optional<Instant> failingSince) {

  /**
   * What became of a message.
   *
   * @param at when
   * @param said by the far end, or about it
   */
  public record Outcome(Instant at, String said) {}
}
