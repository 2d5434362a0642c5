package dozo.cli;

import dozo.cli.console.Output;
import dozo.mount.fuse.FuseMount;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** The command {@code dozo unmount}. */
@Command(
    name = "unmount",
    description = {
      "Take a mount away, alive or dead.",
      "",
      "The process that served it ends. Whoever still has files of it open gets errors from then on."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo unmount /mnt/web"})
final class UnmountCommand extends DozoCommand {

  @Parameters(paramLabel = "DIR", arity = "1..*", description = "Where it is mounted.")
  private List<Path> mountPoints = List.of();

  UnmountCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException {
    for (Path mountPoint : mountPoints) {
      FuseMount.unmount(mountPoint);
      output.json("unmounted", json -> json.put("mountPoint", mountPoint.toString()));
      output.notice("Unmounted " + mountPoint);
    }
    return ExitCode.OK;
  }
}
