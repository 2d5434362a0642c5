/**
 * Restore points in the making, as the server holds them, free of Netty. A {@link
 * dozo.server.session.ReceivingSession} lays the protocol's rules on the engine's session: the
 * order of a stream, its size, and its credit; the {@link dozo.server.session.SessionRegistry}
 * keeps sessions across connections and remembers the receipts of those that were committed.
 *
 * <p>Data flows from a connection's event loop through {@link dozo.server.session.ReceivingStream},
 * which copies it once into pooled arrays, to the engine; credit flows back on the engine's
 * threads. A session is attached to one {@link dozo.server.session.SessionOwner} at a time, and
 * only its thread feeds the streams.
 *
 * <p>Invariant: what a stream's client may still send, what lies in the engine, and what is
 * returned and not yet announced make up the stream's window, always.
 */
@NullMarked
package dozo.server.session;

import org.jspecify.annotations.NullMarked;
