/**
 * The server: one process over one repository. {@link dozo.server.DozoServer} puts it together from
 * packages that each know only those before them: {@link dozo.server.auth} (who may do what),
 * {@link dozo.server.certificate} (who the server is), {@link dozo.server.metrics}, {@link
 * dozo.server.session} (restore points in the making, free of Netty), {@link dozo.server.net} (the
 * protocol), {@link dozo.server.mounts} (what is mounted on this host) and {@link
 * dozo.server.admin} (the HTTPS interface for operators).
 *
 * <p>Messages become sessions and reads of the engine without ever blocking an event loop. A client
 * that misbehaves costs its own session and nothing else.
 */
@NullMarked
package dozo.server;

import org.jspecify.annotations.NullMarked;
