@NullMarked
package dozo.server.notify;

import org.jspecify.annotations.NullMarked;
