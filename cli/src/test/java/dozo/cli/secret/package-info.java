/** Where secrets come from. */
@NullMarked
package dozo.cli.secret;

import org.jspecify.annotations.NullMarked;
