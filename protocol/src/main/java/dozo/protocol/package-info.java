/**
 * What server and clients say to each other; {@code docs/protocol.md} is its law. This package has
 * the values that both sides and their users share: addresses, trust, roles, secrets, and what a
 * session announces.
 *
 * <p>Data flows through four packages, each using only those before it: {@link
 * dozo.protocol.message} has the closed set of message records, {@link dozo.protocol.codec} turns
 * them into frames and back and refuses what exceeds its bounds, {@link dozo.protocol.transport}
 * makes sockets and TLS of Netty, and {@link dozo.protocol.client} is the connection that a backup,
 * a restore or a mount holds. Values are immutable and may go from thread to thread; Netty's
 * buffers stay in those packages and never show in the client's interface.
 */
@NullMarked
package dozo.protocol;

import org.jspecify.annotations.NullMarked;
