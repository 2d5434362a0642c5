package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.console.Table;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.FileEntry;
import dozo.format.manifest.IngestStatistics;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointJson;
import dozo.format.manifest.VmRef;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Tells of a restore point. The names in JSON are those of docs/format.md §9. */
final class PointReport {

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  private PointReport() {}

  /** A time as this machine's clock shows it. */
  static String time(Instant instant) {
    return TIME.format(instant);
  }

  /** A VM's name, with its namespace unless that is the usual one. */
  static String vm(VmRef vm) {
    return vm.namespace().equals("default") ? vm.name() : vm.namespace() + "/" + vm.name();
  }

  static void print(RestorePoint point, Output output) {
    output.json("restorePoint", json -> json.putJson("restorePoint", json(point)));
    Consistency consistency = point.consistency();
    output.line("Restore point  " + point.id());
    output.line("Created        " + time(point.created()));
    output.line("VM             " + vm(point.vm()) + ", id " + point.vm().id());
    output.line("Host           " + point.vm().host());
    output.line(
        "Consistency    %s (asked for %s, by %s)%s"
            .formatted(
                consistency.achieved().word(),
                consistency.asked().word(),
                consistency.mechanism(),
                consistency.reason().isEmpty() ? "" : ": " + consistency.reason()));
    consistency.frozenAt().ifPresent(frozen -> output.line("Frozen at      " + time(frozen)));
    IngestStatistics statistics = point.statistics();
    output.line(
        "Stored         %s for %s of new data, in %.1f s"
            .formatted(
                Quantity.bytes(statistics.storedBytes()),
                Quantity.bytes(statistics.newBytes()),
                statistics.milliseconds() / 1000.0));
    output.line("Dedup domain   " + point.domain());
    point
        .attributes()
        .forEach((name, value) -> output.line("Attribute      " + name + "=" + value));
    output.line("");
    Table disks = new Table("DISK", " SIZE", " DATA", " SECTORS", "IDENTITY");
    for (DiskEntry disk : point.disks()) {
      disks.row(
          disk.name(),
          Quantity.bytes(disk.geometry().sizeBytes()),
          Quantity.bytes(disk.map().dataBytes()),
          disk.geometry().logicalSectorBytes() + "/" + disk.geometry().physicalSectorBytes(),
          disk.identity().toString());
    }
    output.table(disks);
    if (!point.files().isEmpty()) {
      output.line("");
      Table files = new Table("FILE", " SIZE");
      for (FileEntry file : point.files()) {
        files.row(file.name(), Quantity.bytes(file.sizeBytes()));
      }
      output.table(files);
    }
  }

  /** The JSON of a restore point, as its manifest has it. */
  static String json(RestorePoint point) {
    return RestorePointJson.toTree(point).toString();
  }
}
