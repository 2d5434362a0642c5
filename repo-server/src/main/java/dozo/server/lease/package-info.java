/**
 * Checkpoints that clients may have made and not removed. {@link dozo.server.lease.LeaseStore}
 * keeps what they say in state files, and {@link dozo.server.lease.LeaseWatch} warns of what grows
 * old. A lease is a note for people: nothing in the server depends on one.
 */
@NullMarked
package dozo.server.lease;

import org.jspecify.annotations.NullMarked;
