/** Tests of forgetting restore points, on real directories. */
@NullMarked
package dozo.repository.prune;

import org.jspecify.annotations.NullMarked;
