/**
 * The client's end of the protocol. A {@link dozo.protocol.client.DozoConnection} is one
 * authenticated connection; a {@link dozo.protocol.client.RemoteSession} on it pushes a restore
 * point, and the chunk sources that it opens read one. A {@link dozo.protocol.client.ServerLink}
 * keeps a connection alive across restarts of the server, for readers that must outlive one.
 *
 * <p>All methods block the thread that calls them, and may be called from any but an event loop;
 * every connection has an event loop of its own, which only moves bytes and wakes callers. What a
 * server refuses is a {@link dozo.format.RemoteException} or a more telling sibling of it, and a
 * connection that broke is a {@link dozo.format.ConnectionLostException}, after which the same may
 * be tried over another.
 *
 * <p>Invariants: what is sent on a stream never exceeds its credit, and what is asked for never
 * exceeds the bounds of docs/protocol.md §7, so that the memory of both ends is bounded; an answer
 * is checked against its question before anyone sees it.
 */
@NullMarked
package dozo.protocol.client;

import org.jspecify.annotations.NullMarked;
