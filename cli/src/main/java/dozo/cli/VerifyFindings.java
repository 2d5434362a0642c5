package dozo.cli;

import dozo.cli.console.Progress;
import dozo.cli.console.Quantity;
import dozo.format.manifest.RestorePointId;
import dozo.repository.verify.DamagedPack;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What a verification found.
 *
 * @param restorePoints how many were read
 * @param readBytes how much was read of them; what they share counts once
 * @param packs how many packs were read, if it is known
 * @param freshPacks how many were not, since they were found sound not long ago
 * @param damages what cannot be read
 * @param moreDamages how many more there are, where there are too many to tell
 * @param brokenFiles files of the repository that are damaged, and how
 * @param isStopped whether it was told to stop: what is said here is right, but there may be more
 */
record VerifyFindings(
    int restorePoints,
    long readBytes,
    int packs,
    int freshPacks,
    List<Damage> damages,
    long moreDamages,
    List<String> brokenFiles,
    boolean isStopped) {

  /** A disk or file of a restore point that cannot be read whole, where, and why. */
  record Damage(RestorePointId point, String name, String message) {}

  /** What a repository found of itself. */
  static VerifyFindings of(VerifyReport report) {
    List<String> files = new ArrayList<>(report.brokenFiles());
    for (DamagedPack pack : report.damagedPacks()) {
      files.add(
          "pack %s, %s: %s"
              .formatted(
                  pack.id(),
                  switch (pack.condition()) {
                    case REPAIRABLE -> "which 'dozo repair' makes whole again";
                    case PARTLY_READABLE ->
                        Quantity.bytes(pack.bytes()) + " in " + pack.ranges() + " places";
                    case LOST -> "of which nothing can be read";
                  },
                  pack.reason()));
    }
    return new VerifyFindings(
        report.restorePoints(),
        report.packBytes(),
        report.packs(),
        report.freshPacks(),
        report.damages().stream()
            .map(damage ->
                new Damage(
                    damage.restorePoint(),
                    damage.name(),
                    "offset %d, %d bytes: %s"
                        .formatted(damage.offset(), damage.lengthBytes(), damage.reason())))
            .toList(),
        report.moreDamages(),
        files,
        report.isStopped());
  }

  /** Shows how far a repository is. */
  static VerifyListener show(Progress progress) {
    return (phase, done, total) ->
        progress.show(
            new Progress.Step(
                done,
                total,
                phase.name().toLowerCase(Locale.ROOT),
                json -> json.put("phase", phase.name().toLowerCase(Locale.ROOT))));
  }

  /** The exit code that says it. */
  ExitCode code() {
    if (isStopped) {
      return ExitCode.INTERRUPTED;
    }
    return isSound() ? ExitCode.OK : ExitCode.DAMAGED;
  }

  boolean isSound() {
    return damages.isEmpty() && brokenFiles.isEmpty();
  }
}
