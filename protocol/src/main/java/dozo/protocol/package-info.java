/**
 * What server and clients say to each other. A closed set of message records, the codec that turns
 * them into length-prefixed frames and refuses whatever exceeds its bounds, and the connection that
 * a client holds. Messages are immutable values and may go from thread to thread; Netty's buffers
 * stay inside the codec.
 */
@NullMarked
package dozo.protocol;

import org.jspecify.annotations.NullMarked;
