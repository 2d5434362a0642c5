package dozo.cli;

import dozo.cli.console.Output;
import dozo.repository.sweep.SweepRequest;
import dozo.server.upkeep.UpkeepTask;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo sweep}. */
@Command(
    name = "sweep",
    description = {
      "Give the space back of what no restore point needs.",
      "",
      "Packs that hold nothing needed go to the trash; what is needed of packs that are mostly"
          + " waste, or small, is copied to new ones first. It may be stopped at any time, and goes"
          + " on when it is run again. On a server, keeping the trash for a shorter time than is"
          + " set there takes an admin's token."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo sweep --dry-run                          what it would free",
      "  dozo sweep --max-unused 10%% --rate 100M --repository /srv/dozo",
      "  dozo sweep --keep-forgotten 0d --keep-packs 0d      free all at once"
    })
final class SweepCommand extends UpkeepCommand {

  @Option(
      names = "--max-unused",
      paramLabel = "AMOUNT",
      description =
          "How much waste to leave in packs: a share of their size like 5%%, a size like 10G, or"
              + " 'unlimited'. 5%% unless the server has another.")
  private @Nullable String maximumUnused;

  @Option(
      names = "--keep-forgotten",
      paramLabel = "TIME",
      description =
          "How long forgotten restore points can be brought back, such as 12h. 7d unless the server"
              + " has another.")
  private @Nullable String keepForgotten;

  @Option(
      names = "--keep-packs",
      paramLabel = "TIME",
      description =
          "How long retired packs stay in the trash. 1d unless the server has another. While the"
              + " disk is nearly full they go at once.")
  private @Nullable String keepPacks;

  @Option(
      names = "--rate",
      paramLabel = "SIZE",
      description = "Read and write at most so much a second, such as 50M.")
  private @Nullable String rate;

  @Option(
      names = "--reseal",
      description =
          "Also rewrite packs that are sealed under an older key epoch than the current one.")
  private boolean reseal;

  @Option(
      names = {"-n", "--dry-run"},
      description = "Find out only what would be done.")
  private boolean dryRun;

  SweepCommand(Context context) {
    super(context);
  }

  @Override
  void check() {
    UpkeepTask.parse(task(), SweepRequest.standard());
  }

  private ObjectNode task() {
    ObjectNode task = task("sweep").put("reseal", reseal).put("dryRun", dryRun);
    put(task, "maxUnused", maximumUnused);
    put(task, "keepForgotten", keepForgotten);
    put(task, "keepPacks", keepPacks);
    put(task, "rate", rate);
    return task;
  }

  private static void put(ObjectNode task, String name, @Nullable String value) {
    if (value != null) {
      task.put(name, value);
    }
  }

  @Override
  ExitCode run(Upkeep upkeep, Output output) throws IOException {
    ObjectNode report = work(upkeep, task(), output);
    json(output, "result", report);
    SweepText.print(report, output);
    return report.path("damaged").isEmpty() ? ExitCode.OK : ExitCode.DAMAGED;
  }
}
