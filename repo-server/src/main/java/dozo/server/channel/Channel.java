package dozo.server.channel;

import java.time.InstantSource;

/**
 * A way to tell somebody.
 *
 * <p>Safe for use by several threads, each of which waits.
 */
public sealed interface Channel permits Webhook, Mail {

  /** How it was set up. */
  ChannelSettings settings();

  /**
   * Sends a message. It waits for the far end, at each step for a bounded time.
   *
   * @return what the far end said
   * @throws DeliveryException if it does not have it, or did not say so
   */
  String send(Message message) throws DeliveryException;

  /** Opens a channel. Nothing is sent, and no file is read yet. */
  static Channel open(ChannelSettings settings, InstantSource clock) {
    return switch (settings) {
      case WebhookSettings webhook -> new Webhook(webhook, clock, Patience.USUAL);
      case MailSettings mail -> new Mail(mail, Patience.USUAL);
    };
  }
}
