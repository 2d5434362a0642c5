package dozo.client.qemu;

import dozo.client.leftover.Watchdog;
import dozo.client.source.FreezeLimits;
import dozo.format.manifest.ConsistencyLevel;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How to back up a machine of qemu.
 *
 * @param monitor qemu's QMP socket, which nobody else uses meanwhile
 * @param agent the socket of the guest agent's channel; without it nothing in the guest is frozen
 * @param disks ids of devices by the names that their disks are to have; empty for all disks that
 *     can be written to, under the ids of their devices
 * @param files configuration files to keep beside the disks
 * @param asked how consistent it is to be, if that can be had
 * @param chain the name of this series of backups; two that go to different repositories have
 *     different ones
 * @param scratch a directory for files of ours that qemu itself opens
 * @param scratchBytes how much old data may be kept there while a backup runs, over all disks; 0
 *     for half of the room that there is
 * @param journals where checkpoints are noted before anything is made
 * @param limits how long the guest may be kept waiting
 * @param watchdog what stands by
 */
public record QemuOptions(
    Path monitor,
    Optional<Path> agent,
    Map<String, String> disks,
    List<Path> files,
    ConsistencyLevel asked,
    String chain,
    Path scratch,
    long scratchBytes,
    Path journals,
    FreezeLimits limits,
    Watchdog watchdog) {

  /** The name of the chain where none is given. */
  public static final String USUAL_CHAIN = "main";

  /** Checks the chain's name, and keeps copies. */
  public QemuOptions {
    new BitmapNames(chain);
    disks = Collections.unmodifiableMap(new LinkedHashMap<>(disks));
    files = List.copyOf(files);
    if (scratchBytes < 0) {
      throw new IllegalArgumentException("The scratch has 0 bytes or more, not " + scratchBytes);
    }
  }
}
