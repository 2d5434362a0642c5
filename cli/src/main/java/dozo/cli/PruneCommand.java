package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.console.Table;
import dozo.format.manifest.RestorePoint;
import dozo.repository.retention.PolicyCodec;
import java.io.IOException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo prune}. */
@Command(
    name = "prune",
    description = {
      "Forget restore points that no rule keeps.",
      "",
      "Each VM is decided alone; a restore point is kept if any rule keeps it. What is pinned, held"
          + " or being read is kept, and so is the last restore point of a VM that verifies. What"
          + " is forgotten can be brought back by 'dozo undelete' for some days; 'dozo sweep' gives"
          + " the space back after that. On a server this takes an admin's token, but for a dry run."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo prune --keep-daily 7 --keep-weekly 4 --keep-monthly 12 --dry-run",
      "  dozo prune web --keep-last 3 --repository /srv/dozo"
    })
final class PruneCommand extends UpkeepCommand {

  @ArgGroup(validate = false, heading = "%nWhat is kept:%n", order = 5)
  private RetentionOptions rules = new RetentionOptions();

  @Parameters(
      paramLabel = "VM",
      arity = "0..*",
      description = "Only these VMs, by name or id; all unless any is given.")
  private List<String> vms = List.of();

  @Option(names = "--namespace", paramLabel = "NAME", description = "Only VMs of this namespace.")
  private @Nullable String namespace;

  @Option(
      names = "--timezone",
      paramLabel = "ZONE",
      description = "Whose days, weeks and months count, such as Europe/Berlin; this machine's.")
  private ZoneId zone = ZoneId.systemDefault();

  @Option(
      names = {"-n", "--dry-run"},
      description = "Decide only.")
  private boolean dryRun;

  PruneCommand(Context context) {
    super(context);
  }

  @Override
  void check() {
    rules.policy();
  }

  @Override
  ExitCode run(Upkeep upkeep, Output output) throws IOException {
    requireThere(upkeep);
    ObjectNode report = work(upkeep, task(), output);
    json(output, "result", report);
    boolean refused = false;
    for (JsonNode vm : report.path("vms")) {
      if (vm.has("refused")) {
        refused = true;
        output.warn(text(vm, "namespace") + "/" + text(vm, "name") + ": " + text(vm, "refused"));
      } else {
        print(vm, output);
      }
    }
    output.line(
        Quantity.count(number(report, "forgotten"), "restore point")
            + (dryRun ? " would be forgotten" : " forgotten"));
    return refused ? ExitCode.FAILURE : ExitCode.OK;
  }

  private void requireThere(Upkeep upkeep) throws IOException {
    List<RestorePoint> all = vms.isEmpty() ? List.of() : upkeep.restorePoints();
    for (String vm : vms) {
      if (Selection.ofVm(all, vm).isEmpty()) {
        throw new IllegalArgumentException("There are no restore points of a VM \"" + vm + "\"");
      }
    }
  }

  private ObjectNode task() {
    ObjectNode task = task("prune").put("timezone", zone.getId()).put("dryRun", dryRun);
    ObjectNode rule = task.putArray("rules").addObject();
    if (namespace != null) {
      rule.put("namespace", namespace);
    }
    vms.forEach(rule.putArray("vms")::add);
    rule.set("policy", PolicyCodec.encode(rules.policy()));
    return task;
  }

  private static void print(JsonNode vm, Output output) {
    output.line("VM " + text(vm, "namespace") + "/" + text(vm, "name") + ", id " + text(vm, "id"));
    Table table = new Table("", "RESTORE POINT", "CREATED", "WHY");
    for (JsonNode decision : vm.path("decisions")) {
      table.row(
          text(decision, "word"),
          text(decision, "restorePoint"),
          PointReport.time(Instant.parse(text(decision, "created"))),
          text(decision, "why"));
    }
    output.table(table);
    output.line("");
  }
}
