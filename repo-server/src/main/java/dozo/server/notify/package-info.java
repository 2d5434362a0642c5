/**
 * Tells operators, by the channels that they have set up, what they should know of: warnings that
 * come and go, tasks and backups that fail, and how it stands once a day. {@code
 * docs/notifications.md} is for them.
 *
 * <p>{@link dozo.server.notify.Notifications} is the entry. What happens becomes events; {@link
 * dozo.server.notify.ToldWarnings} and {@link dozo.server.notify.ToldFailures} decide which of them
 * are news; a {@link dozo.server.notify.Backlog} a channel groups these into messages, keeps them
 * until they are delivered, and counts what it has no room for. These three know no clock and no
 * thread. What they hold is in one file of the server's directory, written before anything is sent,
 * so that a restart neither forgets nor repeats. One thread looks and takes in, and one a channel
 * sends: a far end that hangs delays its own channel alone. Whoever reports something never waits.
 */
@NullMarked
package dozo.server.notify;

import org.jspecify.annotations.NullMarked;
