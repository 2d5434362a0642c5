/** Tests of whether the clock is believed. */
@NullMarked
package dozo.server.clock;

import org.jspecify.annotations.NullMarked;
