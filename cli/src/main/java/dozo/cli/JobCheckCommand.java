package dozo.cli;

import dozo.cli.config.ConfigException;
import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.job.Job;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** The command {@code dozo job check}. */
@Command(
    name = "check",
    description = {
      "Tell every mistake in a job's file, with its line and what is allowed there.",
      "",
      "Nothing is opened and nobody is called: what a job's hooks make need not be there yet."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = "  dozo job check /etc/dozo/nightly.yaml")
final class JobCheckCommand extends DozoCommand {

  @Mixin private final JobOptions options = new JobOptions();

  JobCheckCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    Job job;
    try {
      job = options.read(secrets());
    } catch (ConfigException e) {
      MistakesJson.write(output, e.mistakes());
      throw e;
    }
    output.json(
        "result",
        json ->
            json.put("valid", true)
                .put("job", job.name())
                .put("server", job.server().address().toString())
                .put("mistakes", List.of(), (each, none) -> {})
                .put(
                    "vms",
                    job.vms(),
                    (each, vm) ->
                        each.put("name", vm.vm().name())
                            .put("id", vm.vm().id().toString())
                            .put("namespace", vm.vm().namespace())
                            .put("host", vm.vm().host())
                            .put("source", vm.source().kind())));
    output.line(
        "The job "
            + job.name()
            + " is in order: "
            + Quantity.count(job.vms().size(), "VM")
            + " to "
            + job.server().address());
    return ExitCode.OK;
  }
}
