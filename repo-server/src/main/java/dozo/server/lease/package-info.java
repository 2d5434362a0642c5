/**
 * Checkpoints that clients may have made and not removed. {@link dozo.server.lease.LeaseStore}
 * keeps what they say in state files, {@link dozo.server.lease.LeaseWatch} logs what grows old, and
 * {@link dozo.server.lease.LeaseWarnings} has it among the warnings. A lease is a note for people:
 * nothing in the server depends on one.
 */
@NullMarked
package dozo.server.lease;

import org.jspecify.annotations.NullMarked;
