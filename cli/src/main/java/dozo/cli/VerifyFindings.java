package dozo.cli;

import static dozo.cli.UpkeepCommand.number;
import static dozo.cli.UpkeepCommand.text;

import dozo.cli.console.Json;
import dozo.cli.console.Progress;
import dozo.cli.console.Quantity;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.repository.verify.DamagedPack;
import dozo.repository.verify.VerifyListener;
import dozo.repository.verify.VerifyReport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

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

  /**
   * A range of a disk or file of a restore point that cannot be read.
   *
   * @param vm the name of the VM that it is of
   * @param offset where it begins, in bytes of the disk
   * @param lengthBytes how long it is; 0 if nothing of the disk can be read
   * @param message why
   */
  record Damage(
      RestorePointId point, String vm, String name, long offset, long lengthBytes, String message) {

    /** Whether another range begins where this one ends. */
    boolean isFollowedBy(Damage next) {
      return lengthBytes > 0 && next.offset == offset + lengthBytes;
    }

    /** This range and the one that follows it, for the reason of this one. */
    Damage with(Damage next) {
      return new Damage(point, vm, name, offset, lengthBytes + next.lengthBytes, message);
    }

    @Override
    public String toString() {
      String where = lengthBytes == 0 ? "" : "offset " + offset + ", " + lengthBytes + " bytes: ";
      return vm + ", restore point " + point + ", " + name + ": " + where + message;
    }
  }

  /**
   * What a repository found of itself.
   *
   * @param points has the restore points that were verified
   */
  static VerifyFindings of(VerifyReport report, List<RestorePoint> points) {
    Map<RestorePointId, String> vms = new HashMap<>();
    points.forEach(point -> vms.put(point.id(), point.vm().name()));
    List<String> files = new ArrayList<>(report.brokenFiles());
    report.damagedPacks().forEach(pack -> files.add(describe(pack)));
    return new VerifyFindings(
        report.restorePoints(),
        report.packBytes(),
        report.packs(),
        report.freshPacks(),
        report.damages().stream()
            .map(damage ->
                new Damage(
                    damage.restorePoint(),
                    vms.getOrDefault(damage.restorePoint(), "a VM"),
                    damage.name(),
                    damage.offset(),
                    damage.lengthBytes(),
                    damage.reason()))
            .toList(),
        report.moreDamages(),
        files,
        report.isStopped());
  }

  private static String describe(DamagedPack pack) {
    return "pack %s, %s: %s"
        .formatted(
            pack.id(),
            switch (pack.condition()) {
              case REPAIRABLE -> "which 'dozo repair' makes whole again";
              case PARTLY_READABLE ->
                  Quantity.bytes(pack.bytes()) + " in " + Quantity.count(pack.ranges(), "place");
              case LOST -> "of which nothing can be read";
            },
            pack.reason());
  }

  /**
   * What a server found of its repository.
   *
   * @param report as the job has it
   * @throws IllegalArgumentException if it is not such a report
   */
  static VerifyFindings of(ObjectNode report) {
    List<String> files = new ArrayList<>();
    report.path("brokenFiles").forEach(file -> files.add(file.asString()));
    for (JsonNode pack : report.path("damagedPacks")) {
      files.add(
          describe(
              new DamagedPack(
                  UUID.fromString(text(pack, "pack")),
                  DamagedPack.Condition.valueOf(text(pack, "condition")),
                  (int) number(pack, "ranges"),
                  number(pack, "bytes"),
                  text(pack, "message"))));
    }
    long more = number(report, "moreBrokenFiles") + number(report, "moreDamagedPacks");
    if (more > 0) {
      files.add("and " + Quantity.count(more, "more damaged file"));
    }
    List<Damage> damages = new ArrayList<>();
    for (JsonNode damage : report.path("damages")) {
      damages.add(
          new Damage(
              RestorePointId.parse(text(damage, "restorePoint")),
              text(damage, "vm"),
              text(damage, "name"),
              number(damage, "offset"),
              number(damage, "lengthBytes"),
              text(damage, "message")));
    }
    return new VerifyFindings(
        (int) number(report, "restorePoints"),
        number(report, "readBytes"),
        (int) number(report, "packs"),
        (int) number(report, "freshPacks"),
        damages,
        number(report, "moreDamages"),
        files,
        report.path("stopped").asBoolean());
  }

  /** Writes damages as members of JSON objects. */
  static void json(Json inner, Damage damage) {
    inner
        .put("restorePoint", damage.point.toString())
        .put("vm", damage.vm)
        .put("name", damage.name)
        .put("offset", damage.offset)
        .put("lengthBytes", damage.lengthBytes)
        .put("message", damage.message);
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

  /** What an admin can do about it, if there is anything. */
  Optional<String> advice() {
    if (damages.isEmpty()) {
      return Optional.empty();
    }
    String vms = damages.stream().map(Damage::vm).distinct().collect(Collectors.joining(", "));
    return Optional.of(
        "Back up again: " + vms + ". Data that is still the same heals what is lost.");
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
