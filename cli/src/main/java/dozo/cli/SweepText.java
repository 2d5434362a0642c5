package dozo.cli;

import static dozo.cli.UpkeepCommand.number;
import static dozo.cli.UpkeepCommand.text;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What a sweep found and did, for people. */
final class SweepText {

  private SweepText() {}

  static void print(ObjectNode report, Output output) {
    boolean isDryRun = report.path("dryRun").asBoolean();
    String would = isDryRun ? "would be " : "";
    output.line("Restore points   " + number(report, "restorePoints") + " walked");
    output.line("Needed           " + Quantity.count(number(report, "liveChunks"), "chunk"));
    output.line("Packs            " + packs(report, "packs", "packBytes"));
    output.line(
        "Without use      " + packs(report, "deadPacks", "deadBytes") + " " + would + "retired");
    output.line(
        "Mostly waste     %s %srewritten to %s"
            .formatted(
                packs(report, "compactedPacks", "compactedBytes"),
                would,
                Quantity.bytes(number(report, "writtenBytes"))));
    output.line("Waste left       " + Quantity.bytes(number(report, "wasteBytes")));
    output.line(
        (isDryRun ? "Would retire     " : "Retired          ")
            + Quantity.bytes(Math.max(0, number(report, "retiredBytes"))));
    if (!isDryRun) {
      output.line("Freed            " + Quantity.bytes(number(report, "purgedBytes")));
      output.line("In the trash     " + packs(report, "trashPacks", "trashBytes"));
    }
    if (number(report, "claimedPacks") > 0) {
      output.line("Kept for backups " + packs(report, "claimedPacks", "claimedBytes"));
    }
    damage(report, output);
    warnings(report, output);
  }

  private static String packs(ObjectNode report, String count, String bytes) {
    return Quantity.count(number(report, count), "pack")
        + ", "
        + Quantity.bytes(number(report, bytes));
  }

  private static void damage(ObjectNode report, Output output) {
    for (JsonNode damage : report.path("damaged")) {
      output.line(
          (damage.path("missing").asBoolean() ? "MISSING " : "DAMAGED ")
              + text(damage, "restorePoint")
              + " "
              + text(damage, "name")
              + ": chunk "
              + text(damage, "chunk"));
    }
    if (number(report, "moreDamaged") > 0) {
      output.line("and " + Quantity.count(number(report, "moreDamaged"), "more damaged chunk"));
    }
  }

  private static void warnings(ObjectNode report, Output output) {
    if (number(report, "leftAlone") > 0) {
      output.warn(
          Quantity.count(number(report, "leftAlone"), "damaged pack")
              + " left alone; 'dozo verify' tells more, 'dozo repair' may mend them");
    }
    if (report.path("shortOfRoom").asBoolean()) {
      output.warn("There was no room to copy what is needed out of packs that are mostly waste");
    }
    if (report.path("stopped").asBoolean()) {
      output.warn("Stopped before the end; run it again to go on");
    }
  }
}
