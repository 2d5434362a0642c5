package dozo.cli;

import dozo.cli.config.Answer;
import dozo.cli.console.Output;
import dozo.cli.console.Table;
import dozo.cli.server.Changes;
import dozo.cli.server.ServerSettings;
import java.io.IOException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code dozo config show}. */
@Command(
    name = "show",
    description = {
      "Print every key of a server's configuration: what counts, where that comes from, and whether"
          + " a reload or a restart brings a change about.",
      "",
      "Takes the options of 'dozo server', and tells what a server with these would do."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo config show", "  dozo config show --config none --data /srv/dozo --json"})
final class ConfigShowCommand extends DozoCommand {

  private static final String RELOAD = "reload";
  private static final String RESTART = "restart";

  @Mixin private final ServerArguments arguments = new ServerArguments();

  ConfigShowCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    ServerSettings settings = arguments.read(secrets(), isDebug());
    output.json(
        "result",
        json -> {
          settings.file().ifPresent(file -> json.put("file", file.toString()));
          json.put(
              "keys",
              settings.answers(),
              (each, answer) -> {
                each.put("key", answer.key());
                answer.text().ifPresent(text -> each.put("value", text));
                each.put("from", answer.origin().toString()).put("change", change(answer));
              });
        });
    settings.file().ifPresent(file -> output.line(file + ":"));
    Table table = new Table("KEY", "VALUE", "FROM", "CHANGE BY");
    for (Answer answer : settings.answers()) {
      table.row(
          answer.key(), answer.text().orElse("-"), answer.origin().toString(), change(answer));
    }
    output.table(table);
    return ExitCode.OK;
  }

  private static String change(Answer answer) {
    return Changes.isAtOnce(answer.key()) ? RELOAD : RESTART;
  }
}
