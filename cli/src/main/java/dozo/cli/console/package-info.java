/**
 * What a command prints: results and events for people or as JSON, tables, quantities and progress.
 * Results go to standard output, everything else to standard error, so that a pipe gets the one and
 * a person still sees the other.
 */
@NullMarked
package dozo.cli.console;

import org.jspecify.annotations.NullMarked;
