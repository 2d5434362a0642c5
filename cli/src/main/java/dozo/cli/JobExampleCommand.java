package dozo.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.cli.console.Output;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;
import picocli.CommandLine.Command;

/** The command {@code dozo job example}. */
@Command(
    name = "example",
    description = "Print a job file with everything that may stand in one, and what it means.",
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = "  dozo job example > nightly.yaml")
final class JobExampleCommand extends DozoCommand {

  private static final String EXAMPLE = "job/example.yaml";

  JobExampleCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    String text = text();
    output.json("example", json -> json.put("text", text));
    text.lines().forEach(output::line);
    return ExitCode.OK;
  }

  private static String text() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(JobExampleCommand.class.getResourceAsStream(EXAMPLE))) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }
}
