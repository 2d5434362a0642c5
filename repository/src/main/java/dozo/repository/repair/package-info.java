/**
 * Putting packs right that were found damaged. {@link dozo.repository.repair.Repairer} has
 * everything read, writes what parity brings back in the place of what is damaged, and then tells
 * what is lost.
 */
@NullMarked
package dozo.repository.repair;

import org.jspecify.annotations.NullMarked;
