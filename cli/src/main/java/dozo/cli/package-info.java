/**
 * The command line: each verb is a class, and {@link dozo.cli.Main} lists them. Here, and only
 * here, text is written to standard output, exceptions become exit codes, and secrets are fetched
 * from files, descriptors or commands.
 */
@NullMarked
package dozo.cli;

import org.jspecify.annotations.NullMarked;
