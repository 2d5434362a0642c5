/**
 * Where secrets come from: a file, the environment, a file descriptor, a command, or a person at
 * the terminal; never an argument, which every user of the machine could read in the list of
 * processes. A secret's text is in no message and no log.
 */
@NullMarked
package dozo.cli.secret;

import org.jspecify.annotations.NullMarked;
