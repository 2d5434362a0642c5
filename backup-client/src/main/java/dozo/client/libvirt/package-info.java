/**
 * VMs of libvirt, backed up while they run, through {@code virsh}. docs/libvirt.md tells what is
 * done in which order, and what may go wrong at each step.
 *
 * <p>{@link dozo.client.libvirt.LibvirtVmSource} asks libvirt for a machine. A checkpoint freezes
 * the guest through libvirt, begins a backup job in pull mode together with a libvirt checkpoint,
 * and thaws; the disks as they were are then read over NBD, served by the machine's qemu.
 *
 * <p>Invariants: what is made has a name that begins with {@code dozo} and stands in the journal
 * first; qemu is never talked to behind libvirt's back; a libvirt checkpoint is the base of an
 * increment only if a restore point that the server has acknowledged says that it was made with it;
 * none that others made is removed.
 */
@NullMarked
package dozo.client.libvirt;

import org.jspecify.annotations.NullMarked;
