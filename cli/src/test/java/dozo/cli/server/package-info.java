/** Tests of the server's configuration. */
@NullMarked
package dozo.cli.server;

import org.jspecify.annotations.NullMarked;
