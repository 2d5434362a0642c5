package dozo.cli;

import dozo.cli.console.Output;
import dozo.repository.Repository;
import java.io.IOException;
import java.time.Clock;
import picocli.CommandLine.Command;

/** The command {@code dozo key epoch}. */
@Command(
    name = "epoch",
    description = {
      "Start a new key epoch, under which everything is sealed that is stored from now on.",
      "",
      "What was stored before stays as it is and stays readable. An emergency sheet of before still"
          + " opens the repository as long as one key slot is left; print a new one all the same."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExample:%n",
    footer = "  dozo key epoch --repository /srv/dozo")
final class KeyEpochCommand extends KeyPart {

  KeyEpochCommand(Context context) {
    super(context);
  }

  @Override
  void run(Repository repository, Output output) throws IOException {
    repository.keys().addEpoch(Clock.systemUTC());
    audit("begin-epoch", "");
    int epoch = repository.keys().ring().currentEpoch();
    output.json("result", json -> json.put("epoch", epoch));
    output.line("Key epoch " + epoch + " has begun");
    output.notice("Print a new emergency sheet: dozo key sheet");
  }
}
