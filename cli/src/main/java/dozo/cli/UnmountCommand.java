package dozo.cli;

import dozo.cli.MountRegistry.Running;
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
      "The process that served it ends, and what was written is on stable storage then. Whoever"
          + " still has files of it open gets errors from then on."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo unmount /mnt/web"})
final class UnmountCommand extends DozoCommand {
  private static final int PATIENCE_SECONDS = 60;

  @Parameters(paramLabel = "DIR", arity = "1..*", description = "Where it is mounted.")
  private List<Path> mountPoints = List.of();

  UnmountCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException, InterruptedException {
    MountRegistry registry = MountRegistry.open(secrets());
    for (Path mountPoint : mountPoints) {
      List<Running> served = served(registry, mountPoint);
      FuseMount.unmount(mountPoint);
      for (Running each : served) {
        await(each, registry, output);
      }
      output.json("unmounted", json -> json.put("mountPoint", mountPoint.toString()));
      output.notice("Unmounted " + mountPoint);
    }
    return ExitCode.OK;
  }

  /** Who serves a mount point, and who did before and was killed. */
  private static List<Running> served(MountRegistry registry, Path mountPoint) throws IOException {
    // The real path of the parent only: a dead mount cannot be looked at.
    Path absolute = mountPoint.toAbsolutePath().normalize();
    Path parent = absolute.getParent();
    Path place = parent == null ? absolute : parent.toRealPath().resolve(absolute.getFileName());
    return registry.list().stream().filter(each -> each.place().equals(place + "")).toList();
  }

  /** Waits for the process to put down what was written. */
  private static void await(Running served, MountRegistry registry, Output output)
      throws IOException, InterruptedException {
    if (served.process() == ProcessHandle.current().pid()) {
      return;
    }
    if (served.awaitEnd(PATIENCE_SECONDS)) {
      registry.remove(served);
    } else {
      output.warn("Process " + served.process() + " is still putting down what was written");
    }
  }
}
