/** Runs commands as users do, in this process or as processes of their own. */
@NullMarked
package dozo.cli;

import org.jspecify.annotations.NullMarked;
