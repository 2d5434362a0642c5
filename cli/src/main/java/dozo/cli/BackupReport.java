package dozo.cli;

import dozo.cli.console.Json;
import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.client.BackupResult;
import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.VmRef;
import dozo.protocol.message.SessionMessage.Receipt;

/** Tells of a backup that was committed. */
final class BackupReport {

  private BackupReport() {}

  static void print(BackupResult result, VmRef vm, Output output) {
    Receipt receipt = result.receipt();
    IngestStatistics statistics = receipt.statistics();
    output.json("result", json -> members(json, result, vm));
    output.line("Restore point " + receipt.restorePoint() + " of " + vm.name());
    output.line(
        "  %s of disk, %s of data, sent in %s (%s)"
            .formatted(
                Quantity.bytes(result.progress().diskBytes()),
                Quantity.bytes(statistics.readBytes()),
                Quantity.time(result.elapsed()),
                Quantity.rate(
                    result.progress().diskBytes()
                        * 1000.0
                        / Math.max(1, result.elapsed().toMillis()))));
    output.line(
        "  %s went over the network (%s)"
            .formatted(
                Quantity.bytes(result.progress().sentBytes()), way(result.progress().transfer())));
    output.line(
        "  %s new, stored in %s%s"
            .formatted(
                Quantity.bytes(statistics.newBytes()),
                Quantity.bytes(statistics.storedBytes()),
                ratio(statistics)));
  }

  /** The members of the JSON object that tells of it. */
  static void members(Json json, BackupResult result, VmRef vm) {
    json.put("vm", vm.name()).put("vmId", vm.id().toString());
    json.put("namespace", vm.namespace());
    json.put("diskBytes", result.progress().diskBytes());
    json.put("sourceBytes", result.progress().readBytes());
    json.put("sentBytes", result.progress().sentBytes());
    json.put("transfer", result.progress().transfer());
    json.put("retries", result.retries());
    json.put("seconds", result.elapsed().toMillis() / 1000.0);
    receipt(json, result);
  }

  private static String way(String transfer) {
    return switch (transfer) {
      case "source" -> "deduplicated here";
      case "stream" -> "deduplicated by the server";
      case "" -> "there was nothing to send";
      default -> "deduplicated here and by the server";
    };
  }

  private static String ratio(IngestStatistics statistics) {
    return statistics.storedBytes() == 0
        ? ""
        : ": "
            + Quantity.ratio((double) statistics.readBytes() / statistics.storedBytes())
            + " less than the data";
  }

  /** The receipt as an object by itself. */
  static String receipt(BackupResult result) {
    return Json.object(json -> receipt(json, result));
  }

  private static void receipt(Json json, BackupResult result) {
    Receipt receipt = result.receipt();
    IngestStatistics statistics = receipt.statistics();
    json.put("repository", result.repository().toString())
        .put("restorePoint", receipt.restorePoint().toString())
        .put("created", receipt.created().toString())
        .put("manifestSha256", receipt.manifestSha256())
        .put("signature", receipt.signature())
        .put("publicKey", receipt.publicKey())
        .put(
            "statistics",
            counts ->
                counts
                    .put("readBytes", statistics.readBytes())
                    .put("newChunks", statistics.newChunks())
                    .put("newBytes", statistics.newBytes())
                    .put("storedBytes", statistics.storedBytes())
                    .put("milliseconds", statistics.milliseconds()));
  }
}
