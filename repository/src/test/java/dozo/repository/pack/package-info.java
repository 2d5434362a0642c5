/** Tests of the package. */
@NullMarked
package dozo.repository.pack;

import org.jspecify.annotations.NullMarked;
