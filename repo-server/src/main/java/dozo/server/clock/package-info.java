/**
 * Whether the server's clock can be believed. {@link dozo.server.clock.ClockGuard} remembers the
 * latest time that it has shown, over restarts, and holds it against a clock that nobody sets while
 * the server runs. After a jump nothing is forgotten and nothing leaves the trash until an admin
 * has confirmed the time ({@code docs/retention.md}). May be called from any thread; confirming,
 * and a jump, wait for the disk.
 */
@NullMarked
package dozo.server.clock;

import org.jspecify.annotations.NullMarked;
