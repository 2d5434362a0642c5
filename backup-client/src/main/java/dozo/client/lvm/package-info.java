/**
 * Disks in thin volumes of LVM, read from a snapshot of ours while their machine goes on writing.
 * docs/lvm.md tells what is done.
 *
 * <p>Invariants: a snapshot's name begins with {@code dozo} and stands in a journal before it is
 * made; nothing is removed but a volume of such a name that is a snapshot of the volume that the
 * journal names.
 */
@NullMarked
package dozo.client.lvm;

import org.jspecify.annotations.NullMarked;
