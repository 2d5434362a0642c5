/** Tests of the package. */
@NullMarked
package dozo.repository.storage;

import org.jspecify.annotations.NullMarked;
