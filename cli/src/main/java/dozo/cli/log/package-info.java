/**
 * What goes to the log and how: chosen by the command that runs, before the first line is written.
 * Logs go to standard error; standard output belongs to results.
 */
@NullMarked
package dozo.cli.log;

import org.jspecify.annotations.NullMarked;
