/**
 * What {@code dozo quickstart} needs beside the commands that it shows: a small disk with a
 * partition table, a file system and real files, and processes to run commands in.
 */
@NullMarked
package dozo.cli.quickstart;

import org.jspecify.annotations.NullMarked;
