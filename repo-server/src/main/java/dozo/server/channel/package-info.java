/**
 * Ways to tell somebody outside that something has happened: {@link dozo.server.channel.Webhook}
 * posts JSON, {@link dozo.server.channel.Mail} sends e-mail. A {@link dozo.server.channel.Channel}
 * sends one {@link dozo.server.channel.Message} and says what the far end answered; when, how often
 * and again is up to whoever calls it. {@code docs/notifications.md} has the formats.
 *
 * <p>Sending waits for the network, each step for a bounded time, and is for a thread that may.
 * What is secret is read from its file whenever it is needed, and is in no setting, message or log.
 * Names of VMs come from clients: {@link dozo.server.channel.Event} takes what could not be shown
 * out of them before anything is made of them.
 */
@NullMarked
package dozo.server.channel;

import org.jspecify.annotations.NullMarked;
