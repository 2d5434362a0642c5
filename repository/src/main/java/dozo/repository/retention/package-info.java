/**
 * Which restore points are forgotten, and why: {@link dozo.repository.retention.RetentionPolicy}
 * says what is worth keeping, {@link dozo.repository.retention.RetentionPlanner} applies it to the
 * restore points of one VM and gives a decision with its reasons for each, and {@link
 * dozo.repository.retention.Pin} keeps one whatever the policy says. {@code docs/retention.md}
 * defines the rules.
 *
 * <p>Everything here is a value or computes one. Nothing is read, written or deleted, no clock is
 * asked, and all of it is safe for use by several threads.
 *
 * <ul>
 *   <li>A restore point is forgotten because nothing keeps it, never because something says so.
 *   <li>Of a VM that has restore points, at least one is kept, and one that verifies if there is
 *       one.
 *   <li>A rule more never forgets more, and planning again over what was kept forgets nothing.
 *   <li>Where the clock contradicts the restore points, nothing is decided at all.
 * </ul>
 */
@NullMarked
package dozo.repository.retention;

import org.jspecify.annotations.NullMarked;
