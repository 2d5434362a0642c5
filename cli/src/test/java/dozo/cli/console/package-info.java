/** What commands print. */
@NullMarked
package dozo.cli.console;

import org.jspecify.annotations.NullMarked;
