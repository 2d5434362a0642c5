/**
 * The protocol's server side on Netty. A {@link dozo.server.net.ProtocolServer} listens; each
 * connection has a handler that admits HELLO and nothing else until the client is known, and then
 * hands messages to what they concern: sessions, open disks, listings.
 *
 * <p>Event loops decode, check and copy, and never wait. Whatever may wait for the engine is a
 * {@code Job} in its connection's queue, worked off on a bounded pool; a few of a connection's jobs
 * run at a time, and none is begun while the client does not take what was sent before. Reading
 * from a connection stops while its queue is full or its client does not read, so that what one
 * connection can make the server hold is bounded.
 *
 * <p>Invariants: a connection's state belongs to its event loop; a fault of a client ends its
 * session, a fault of its framing ends its connection, and neither touches anybody else.
 */
@NullMarked
package dozo.server.net;

import org.jspecify.annotations.NullMarked;
