package dozo.repository.verify;

import dozo.format.manifest.RestorePointId;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What verifying found.
 *
 * @param restorePoints how many restore points were verified
 * @param brokenRestorePoints those of them that cannot be read whole
 * @param nodes how many distinct map nodes were read
 * @param chunks how many chunks the restore points refer to, those of shared nodes counted once
 * @param bytes their plain bytes
 * @param packs how many packs were read
 * @param packBytes how much was read of them
 * @param freshPacks how many were not, since they were found sound not long ago
 * @param damagedPacks the packs that are not as they were written
 * @param damages what cannot be read, in the order of the restore points; 10,000 at the most
 * @param moreDamages how many more there are
 * @param brokenFiles manifests and pack directories that could not be read when the repository was
 *     opened, each with the reason
 * @param isStopped whether it was asked to stop: what is told here is right, but there may be more
 */
public record VerifyReport(
    int restorePoints,
    List<RestorePointId> brokenRestorePoints,
    long nodes,
    long chunks,
    long bytes,
    int packs,
    long packBytes,
    int freshPacks,
    List<DamagedPack> damagedPacks,
    List<Damage> damages,
    long moreDamages,
    List<String> brokenFiles,
    boolean isStopped) {

  /** Keeps copies. */
  public VerifyReport {
    brokenRestorePoints = List.copyOf(brokenRestorePoints);
    damagedPacks = List.copyOf(damagedPacks);
    damages = List.copyOf(damages);
    brokenFiles = List.copyOf(brokenFiles);
  }

  /** Whether nothing is wrong with what was looked at. */
  public boolean isSound() {
    return brokenRestorePoints.isEmpty() && damagedPacks.isEmpty() && brokenFiles.isEmpty();
  }

  /** Tells it in a few lines, for a log. */
  @Override
  public String toString() {
    return (isSound() ? "sound" : "damaged")
        + (": " + restorePoints + " restore points, ")
        + (nodes + " map nodes, " + chunks + " chunks, " + bytes + " bytes, ")
        + (packs + " packs of " + packBytes + " bytes read, " + freshPacks + " not again")
        + (isStopped ? ", stopped" : "")
        + damagedPacks.stream().map(pack -> "\n  " + pack).collect(Collectors.joining())
        + damages.stream().map(damage -> "\n  " + damage).collect(Collectors.joining())
        + brokenFiles.stream().map(file -> "\n  " + file).collect(Collectors.joining());
  }

  /**
   * A range of a disk or configuration file that cannot be read.
   *
   * @param restorePoint the restore point
   * @param name the disk or file
   * @param offset where the range begins, in bytes of the disk
   * @param lengthBytes how long it is
   * @param reason why its beginning cannot be read, naming chunk, pack and offset
   */
  public record Damage(
      RestorePointId restorePoint, String name, long offset, long lengthBytes, String reason) {

    /** Whether another range begins where this one ends. */
    boolean isFollowedBy(Damage next) {
      return restorePoint.equals(next.restorePoint)
          && name.equals(next.name)
          && offset + lengthBytes == next.offset;
    }

    /** This range and the one that follows it. */
    Damage with(Damage next) {
      return new Damage(restorePoint, name, offset, lengthBytes + next.lengthBytes, reason);
    }
  }
}
