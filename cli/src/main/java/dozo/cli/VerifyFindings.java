package dozo.cli;

import dozo.format.manifest.RestorePointId;
import java.util.List;

/**
 * What a verification found.
 *
 * @param restorePoints how many were read
 * @param readBytes how much was read of them; what they share counts once
 * @param damages what cannot be read
 * @param moreDamages how many more there are, where there are too many to tell
 * @param brokenFiles files of the repository that cannot be read, and why
 */
record VerifyFindings(
    int restorePoints,
    long readBytes,
    List<Damage> damages,
    long moreDamages,
    List<String> brokenFiles) {

  /** A disk or file of a restore point that cannot be read whole, where, and why. */
  record Damage(RestorePointId point, String name, String message) {}

  boolean isSound() {
    return damages.isEmpty() && brokenFiles.isEmpty();
  }
}
