package dozo.mount.overlay;

import dozo.format.manifest.RestorePointId;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What an overlay says of itself, without being opened.
 *
 * @param name its name, that of its directory
 * @param directory where it is
 * @param id its id
 * @param point the restore point beneath
 * @param vm the name of the VM
 * @param created when it was made
 * @param disks its disks
 */
public record OverlaySummary(
    String name,
    Path directory,
    UUID id,
    RestorePointId point,
    String vm,
    Instant created,
    List<OverlayDisk> disks) {
  /** Keeps a copy of the disks. */
  public OverlaySummary {
    disks = List.copyOf(disks);
  }
}
