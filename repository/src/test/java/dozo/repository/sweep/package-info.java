/** Tests of sweeping, on real directories. */
@NullMarked
package dozo.repository.sweep;

import org.jspecify.annotations.NullMarked;
