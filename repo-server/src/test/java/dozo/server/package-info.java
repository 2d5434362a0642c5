/** The server over real sockets and real repositories. */
@NullMarked
package dozo.server;

import org.jspecify.annotations.NullMarked;
