package dozo.cli.job;

import dozo.client.leftover.Watchdog;
import java.nio.file.Path;

/**
 * What sources that leave something on this host share.
 *
 * @param journals where it is noted before it is made
 * @param scratch where qemu keeps what guests overwrite, unless a job says otherwise
 * @param tracking where it is kept since which restore points Hyper-V knows changes, and its script
 * @param watchdog what stands by while guests are frozen
 */
public record HostPlaces(Path journals, Path scratch, Path tracking, Watchdog watchdog) {}
