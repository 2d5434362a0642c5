/** Tests of people's log-ins. */
@NullMarked
package dozo.server.login;

import org.jspecify.annotations.NullMarked;
