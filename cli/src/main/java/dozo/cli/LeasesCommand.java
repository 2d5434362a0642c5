package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.console.Table;
import dozo.protocol.LeaseSummary;
import dozo.protocol.client.DozoConnection;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The command {@code dozo leases}. */
@Command(
    name = "leases",
    description = {
      "List checkpoints that backup jobs may have left behind.",
      "",
      "A job tells the server before it makes a checkpoint, and again when nothing of it is left."
          + " What stays here for longer than a backup takes grows on its host until the storage"
          + " is full: look there for the object, remove it, and end the lease. The next backup that"
          + " succeeds ends it by itself."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo leases",
      "  dozo leases --older 24 --json          what no backup takes that long for",
      "  dozo leases --end 5d3b0c0e-6c1e-5d0a-9a51-0f6f3c1d2e4b"
    })
final class LeasesCommand extends DozoCommand {

  @ArgGroup(validate = false, heading = "%nServer:%n", order = 10)
  private ServerOptions server = new ServerOptions();

  @Option(
      names = "--older",
      paramLabel = "HOURS",
      defaultValue = "0",
      description = "Only those that are so old or older. Default: all.")
  private long olderHours;

  @Option(
      names = "--end",
      paramLabel = "LEASE",
      description = "End one: its checkpoint is known to be gone.")
  private @Nullable UUID end;

  LeasesCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    try (DozoConnection connection = DozoConnection.connect(server.settings(secrets()))) {
      if (end != null) {
        connection.endLease(end);
        output.json("result", json -> json.put("ended", String.valueOf(end)));
        output.notice("Ended " + end);
      } else {
        print(connection.listLeases(), Instant.now(), output);
      }
    }
    return ExitCode.OK;
  }

  private void print(List<LeaseSummary> all, Instant now, Output output) {
    Instant latest = now.minus(Duration.ofHours(olderHours));
    List<LeaseSummary> leases =
        all.stream().filter(lease -> !lease.since().isAfter(latest)).toList();
    output.json(
        "leases",
        json ->
            json.put(
                "leases",
                leases,
                (each, lease) ->
                    each.put("lease", lease.lease().toString())
                        .put("since", lease.since().toString())
                        .put("vm", lease.vm().name())
                        .put("vmId", lease.vm().id().toString())
                        .put("namespace", lease.vm().namespace())
                        .put("host", lease.vm().host())
                        .put("kind", lease.kind())
                        .put("object", lease.object())));
    Table table = new Table(" AGE", "VM", "HOST", "KIND", "OBJECT", "LEASE");
    for (LeaseSummary lease : leases) {
      table.row(
          Quantity.time(Duration.between(lease.since(), now)),
          PointReport.vm(lease.vm()),
          lease.vm().host(),
          lease.kind(),
          lease.object(),
          lease.lease().toString());
    }
    output.table(table);
    if (leases.isEmpty()) {
      output.notice("No leases.");
    }
  }
}
