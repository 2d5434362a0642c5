/** Tests of plans and schedules. */
@NullMarked
package dozo.server.upkeep;

import org.jspecify.annotations.NullMarked;
