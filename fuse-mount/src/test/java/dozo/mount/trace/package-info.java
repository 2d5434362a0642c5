@NullMarked
package dozo.mount.trace;

import org.jspecify.annotations.NullMarked;
