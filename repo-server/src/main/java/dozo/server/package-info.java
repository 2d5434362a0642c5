/**
 * The server: one process over one repository. It authenticates connections, turns their messages
 * into sessions and reads of the engine without ever blocking an event loop, and offers operators
 * an admin API, a page and metrics. A client that misbehaves costs its own session and nothing
 * else.
 */
@NullMarked
package dozo.server;

import org.jspecify.annotations.NullMarked;
