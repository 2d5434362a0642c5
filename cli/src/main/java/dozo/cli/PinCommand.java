package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Table;
import dozo.format.manifest.RestorePoint;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** The commands {@code dozo pin} and {@code dozo hold}. */
@Command(
    description = {
      "Keep restore points whatever a retention policy says.",
      "",
      "A pin keeps a restore point until it is taken away, a hold until a date. There may be"
          + " several on one. Without a restore point, all pins and holds are listed. Taking one"
          + " away needs an admin's token."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo pin 019aaa2c --note 'before the migration'",
      "  dozo hold web --until 2033-01-01 --note 'case 4711'",
      "  dozo pin --repository /srv/dozo               lists them",
      "  dozo pin --remove 6f9619ff"
    })
final class PinCommand extends UpkeepCommand {

  private final boolean isHold;

  @Parameters(paramLabel = "POINT", arity = "0..*", description = Selection.DESCRIPTION)
  private List<String> points = List.of();

  @Option(
      names = "--until",
      paramLabel = "DATE",
      description =
          "When the hold ends: a date like 2033-01-01, or a time like" + " 2033-01-01T12:00:00Z.")
  private @Nullable String until;

  @Option(names = "--note", paramLabel = "TEXT", description = "Why.")
  private String note = "";

  @Option(
      names = "--remove",
      paramLabel = "PIN",
      description = "Take the pin or hold of this id away; its beginning is enough.")
  private List<String> removed = List.of();

  /**
   * Makes one of the two commands.
   *
   * @param isHold whether an end has to be given
   */
  PinCommand(Context context, boolean isHold) {
    super(context);
    this.isHold = isHold;
  }

  @Override
  void check() {
    if (isHold && until == null && !points.isEmpty()) {
      throw misuse("A hold has an end: give --until, or pin instead");
    }
    if (points.isEmpty() && (until != null || !note.isEmpty())) {
      throw misuse("Say which restore points to keep");
    }
    end();
  }

  private @Nullable Instant end() {
    if (until == null) {
      return null;
    }
    try {
      return until.contains("T")
          ? Instant.parse(until)
          : LocalDate.parse(until).atStartOfDay(ZoneId.systemDefault()).toInstant();
    } catch (DateTimeException e) {
      throw new IllegalArgumentException(
          "A date is like 2033-01-01 or 2033-01-01T12:00:00Z, not \"" + until + "\"", e);
    }
  }

  @Override
  ExitCode run(Upkeep upkeep, Output output) throws IOException {
    List<ObjectNode> shown = new ArrayList<>();
    for (RestorePoint point : select(upkeep, points)) {
      shown.add(upkeep.pin(point.id(), end(), note));
    }
    ExitCode code = ExitCode.OK;
    for (String pin : removed) {
      try {
        upkeep.unpin(UUID.fromString(text(byId(upkeep.pins(), "pin or hold", pin), "id")));
      } catch (WaitsException e) {
        code = waits(e, output);
      }
    }
    if (points.isEmpty()) {
      shown.addAll(upkeep.pins());
    }
    print(shown, output);
    return code;
  }

  private static void print(List<ObjectNode> pins, Output output) {
    List<ObjectNode> sorted =
        pins.stream()
            .sorted(
                Comparator.comparing((ObjectNode pin) -> text(pin, "restorePoint"))
                    .thenComparing(pin -> text(pin, "set")))
            .toList();
    json(output, "pins", sorted);
    if (sorted.isEmpty()) {
      output.notice("No pins and no holds.");
      return;
    }
    Table table = new Table("PIN", "RESTORE POINT", "UNTIL", "SET BY", "NOTE");
    for (ObjectNode pin : sorted) {
      table.row(
          text(pin, "id"),
          text(pin, "restorePoint"),
          pin.has("until") ? PointReport.time(Instant.parse(text(pin, "until"))) : "",
          text(pin, "setBy"),
          text(pin, "note"));
    }
    output.table(table);
  }
}
