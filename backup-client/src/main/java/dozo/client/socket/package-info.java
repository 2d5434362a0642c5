/**
 * Unix domain sockets to programs of this host, of which every wait has a limit: a hypervisor or a
 * guest agent that hangs must not hang a backup.
 */
@NullMarked
package dozo.client.socket;

import org.jspecify.annotations.NullMarked;
