package dozo.server.mounts;

import dozo.format.manifest.RestorePointId;
import java.time.Instant;
import java.util.List;
import java.util.UUID;

/**
 * What was written to writable mounts of one restore point, under one name.
 *
 * @param restorePoint what lies beneath
 * @param vm the VM's name when it was made
 * @param inUse whether a process has it open
 * @param storedBytes how much data it holds, as of its last sync
 * @param disks its files, such as {@code disk0.vhdx}
 */
public record HostOverlay(
    UUID id,
    String name,
    RestorePointId restorePoint,
    String vm,
    Instant created,
    boolean inUse,
    long storedBytes,
    List<String> disks) {

  /** Keeps a copy. */
  public HostOverlay {
    disks = List.copyOf(disks);
  }
}
