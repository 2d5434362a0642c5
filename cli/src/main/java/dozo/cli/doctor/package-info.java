/**
 * Looks whether this machine can run Dozo: what is there, what is missing, and what to do. A check
 * changes nothing, but for files in the temporary directory and in those that it is told to judge,
 * which it deletes.
 */
@NullMarked
package dozo.cli.doctor;

import org.jspecify.annotations.NullMarked;
