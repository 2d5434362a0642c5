@NullMarked
package dozo.server.channel;

import org.jspecify.annotations.NullMarked;
