/**
 * VMs of qemu, backed up while they run. docs/qemu.md tells what is done in qemu and in the guest,
 * in which order, and what may go wrong at each step.
 *
 * <p>{@link dozo.client.qemu.QemuVmSource} connects to qemu's monitor and finds the disks. A
 * checkpoint prepares a copy-before-write filter and a bitmap for each, freezes the guest's file
 * systems through its agent, stops the machine for as long as it takes to put all filters in, and
 * lets it go on. The disks as they were are then read over NBD, served by qemu itself.
 *
 * <p>Invariants: what is made in qemu has a name that begins with {@code dozo} and stands in the
 * journal first; a guest is never left frozen or stopped by any way out; a bitmap is the base of an
 * increment only if its name is the id of a restore point that the server has acknowledged.
 */
@NullMarked
package dozo.client.qemu;

import org.jspecify.annotations.NullMarked;
