/** Tests of the NBD server against clients that know the protocol and do not keep it. */
@NullMarked
package dozo.mount.nbd;

import org.jspecify.annotations.NullMarked;
