/** Tests of what waits for a delay or a second admin. */
@NullMarked
package dozo.server.approval;

import org.jspecify.annotations.NullMarked;
