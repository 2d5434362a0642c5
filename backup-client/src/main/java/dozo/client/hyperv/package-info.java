/**
 * Virtual machines of Hyper-V, backed up while they run. A PowerShell script speaks with WMI, one
 * verb a run, and answers in JSON lines: {@code docs/hyper-v-backup.md} has its contract. {@link
 * dozo.client.hyperv.HyperVVmSource} drives it, and reads the frozen files that it names with the
 * reader of VHDX chains.
 *
 * <p>Tracking is two-phase: Hyper-V's record of changes since a restore point becomes the base of
 * the next only once the server has acknowledged, and until that is written down the older one
 * stays.
 */
@NullMarked
package dozo.client.hyperv;

import org.jspecify.annotations.NullMarked;
