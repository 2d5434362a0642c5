/** Tests of the engine as a whole, on real directories. */
@NullMarked
package dozo.repository;

import org.jspecify.annotations.NullMarked;
