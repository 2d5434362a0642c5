/**
 * Proves by injection that nothing acknowledged is lost. A {@link dozo.repository.crash.Machine} is
 * a disk that knows what of it is on stable storage, and keeps a journal of every change; a {@link
 * dozo.repository.crash.Scene} plays a seeded workload on it and notes what was promised when; each
 * point of the journal is then a power cut, of which {@link dozo.repository.crash.Recovery} opens
 * what may be left and holds it against the promises.
 */
@NullMarked
package dozo.repository.crash;

import org.jspecify.annotations.NullMarked;
