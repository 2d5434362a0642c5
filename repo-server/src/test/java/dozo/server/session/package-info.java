@NullMarked
package dozo.server.session;

import org.jspecify.annotations.NullMarked;
