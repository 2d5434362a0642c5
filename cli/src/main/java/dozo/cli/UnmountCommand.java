package dozo.cli;

import dozo.cli.MountEnd.Insistence;
import dozo.cli.console.Output;
import dozo.mount.fuse.FuseMount;
import dozo.mount.fuse.MountException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo unmount}. */
@Command(
    name = "unmount",
    description = {
      "Take a mount away, alive or dead, whoever began it on this host.",
      "",
      "The process that served it ends, and what was written is on stable storage then. Whoever"
          + " still has files of it open gets errors from then on. With --on-server a mount that is in"
          + " use is left alone, unless --force is given."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo unmount /mnt/web",
      "  dozo unmount --force /mnt/web",
      "  dozo unmount --on-server web-5429e11f     'dozo mounts --on-server' shows which there are"
    })
final class UnmountCommand extends DozoCommand {

  @Parameters(
      paramLabel = "DIR",
      arity = "1..*",
      description = "Where it is mounted; with --on-server also its id or directory's name.")
  private List<String> mountPoints = List.of();

  @Option(
      names = "--force",
      description =
          "Kill its process if it has not ended after half a minute. What was not synced by then"
              + " is lost.")
  private boolean force;

  @Mixin private final OnServerOptions onServer = new OnServerOptions();

  @ArgGroup(validate = false, heading = "%nWith --on-server:%n", order = 10)
  private ServerOptions server = new ServerOptions();

  UnmountCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException, InterruptedException {
    if (onServer.isGiven()) {
      try (AdminClient client = onServer.open(server.settings(secrets()))) {
        for (String mountPoint : mountPoints) {
          new RemoteMounts(client).end(mountPoint, force, output);
        }
      }
      return ExitCode.OK;
    }
    MountRegistry registry = MountRegistry.open(secrets());
    for (String mountPoint : mountPoints) {
      MountEnd.Outcome outcome =
          MountEnd.end(
              registry,
              FuseMount.realPath(Path.of(mountPoint)),
              force ? Insistence.AND_KILL : Insistence.ALWAYS);
      if (outcome == MountEnd.Outcome.IN_USE) {
        throw new MountException(
            MountException.Reason.UNSUITABLE_MOUNT_POINT,
            mountPoint + " is only just being mounted on: try again, or give --force");
      }
      if (outcome == MountEnd.Outcome.LINGERS) {
        output.warn(
            "The process of " + mountPoint + " is still putting down what was written, or stuck");
      }
      output.json("unmounted", json -> json.put("mountPoint", mountPoint));
      output.notice("Unmounted " + mountPoint);
    }
    return ExitCode.OK;
  }
}
