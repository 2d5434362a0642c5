@NullMarked
package dozo.cli.log;

import org.jspecify.annotations.NullMarked;
