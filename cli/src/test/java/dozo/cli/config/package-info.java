/** Tests of reading configuration files. */
@NullMarked
package dozo.cli.config;

import org.jspecify.annotations.NullMarked;
