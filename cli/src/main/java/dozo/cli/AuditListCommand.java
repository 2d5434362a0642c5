package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Table;
import dozo.server.audit.AuditRecord;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo audit list}. */
@Command(
    name = "list",
    description = "List the last entries, the newest at the end.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo audit list --repository /srv/dozo",
      "  dozo audit list --repository /srv/dozo --last 1000 --action authenticate"
    })
final class AuditListCommand extends DozoCommand {

  private static final JsonMapper JSON = new JsonMapper();

  @ArgGroup(validate = false, heading = "%nRepository:%n", order = 10)
  private AuditOptions where = new AuditOptions();

  @Option(
      names = "--last",
      paramLabel = "N",
      defaultValue = "50",
      description = "How many. Default: ${DEFAULT-VALUE}.")
  private int last;

  @Option(names = "--action", paramLabel = "WORD", description = "Only those of one action.")
  private @Nullable String action;

  AuditListCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    if (last < 1) {
      throw misuse("--last is at least 1");
    }
    String wanted = action;
    List<JsonNode> entries = new ArrayList<>();
    for (AuditRecord entry :
        where
            .open(secrets())
            .newest(Long.MAX_VALUE, last, each -> wanted == null || each.action().equals(wanted))) {
      if (JSON.readTree(entry.json()) instanceof ObjectNode node) {
        entries.addFirst(node.put("hash", entry.hash()));
      }
    }
    output.json(
        "entries",
        json ->
            json.putJson(
                "entries",
                entries.stream().map(Object::toString).collect(Collectors.joining(",", "[", "]"))));
    Table table = new Table("  ENTRY", "TIME", "WHO", "FROM", "ACTION", "OUTCOME", "DETAILS");
    for (JsonNode entry : entries) {
      table.row(
          text(entry, "seq"),
          text(entry, "time"),
          who(entry.path("who")),
          text(entry, "from"),
          text(entry, "action"),
          text(entry, "outcome"),
          details(entry.path("details")));
    }
    output.table(table);
    return ExitCode.OK;
  }

  private static String text(JsonNode node, String name) {
    return printable(node.path(name).asString(""));
  }

  private static String who(JsonNode who) {
    String name = text(who, "name");
    return name.isEmpty() ? text(who, "kind") : text(who, "kind") + " " + name;
  }

  private static String details(JsonNode details) {
    return details.properties().stream()
        .map(each -> each.getKey() + "=" + printable(each.getValue().asString("")))
        .collect(Collectors.joining(" "));
  }

  /** Whoever names a token or a VM must not be able to write to an admin's terminal. */
  private static String printable(String text) {
    return text.replaceAll("\\p{Cntrl}", "?");
  }
}
