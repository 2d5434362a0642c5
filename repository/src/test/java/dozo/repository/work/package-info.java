/** Tests of the package. */
@NullMarked
package dozo.repository.work;

import org.jspecify.annotations.NullMarked;
