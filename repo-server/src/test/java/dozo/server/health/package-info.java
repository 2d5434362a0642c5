/** Tests of what operators are warned of. */
@NullMarked
package dozo.server.health;

import org.jspecify.annotations.NullMarked;
