@NullMarked
package dozo.server.net;

import org.jspecify.annotations.NullMarked;
