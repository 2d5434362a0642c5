/**
 * What a backup makes in a hypervisor or on a host, and must not leave there: how it is noted, who
 * removes it when the backup cannot, and by when.
 *
 * <p>A source writes a {@link dozo.client.leftover.Journal} that names everything it is about to
 * make, and only then makes the first of it. While it lives it holds the journal's lock; the system
 * lets go of that lock however the process ends. Whoever gets the lock of a journal that is still
 * there knows that its owner has died, and sweeps: a {@link dozo.client.leftover.Sweeper} of the
 * journal's kind removes what the journal names, as far as it is there. That is done by the next
 * backup, by {@code dozo sweep-source}, and within seconds by a {@link
 * dozo.client.leftover.Watchdog}, a process that stands by while a guest is frozen and as long as
 * there is a checkpoint.
 */
@NullMarked
package dozo.client.leftover;

import org.jspecify.annotations.NullMarked;
