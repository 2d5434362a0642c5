/** Tests of the package. */
@NullMarked
package dozo.repository.index;

import org.jspecify.annotations.NullMarked;
