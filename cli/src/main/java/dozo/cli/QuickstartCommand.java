package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Terminal;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo quickstart}. */
@Command(
    name = "quickstart",
    description = {
      "See all of it work in a minute: server, backups, mount.",
      "",
      "Starts a server over a new repository, makes a small disk with a file system and real files"
          + " unless one is given, backs it up twice with a change in between, mounts the latest"
          + " restore point, compares what is mounted with the disk, and says what to try next. On a"
          + " terminal it stays until Ctrl-C, which leaves nothing mounted or running."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {"  dozo quickstart", "  dozo quickstart /var/lib/libvirt/images/test.raw --once"})
final class QuickstartCommand extends DozoCommand {

  @Parameters(
      arity = "0..1",
      paramLabel = "DISK",
      description = "A raw disk image to use instead of making one; it is only read.")
  private @Nullable Path disk;

  @Option(
      names = "--directory",
      paramLabel = "DIR",
      description = "Where to put everything. Default: dozo-quickstart in the home directory.")
  private @Nullable Path directory;

  @Option(names = "--once", description = "Do not stay: end everything when it was shown.")
  private boolean once;

  QuickstartCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws Exception {
    Path place =
        directory != null ? directory : Path.of(System.getProperty("user.home"), "dozo-quickstart");
    boolean stays =
        !once && !output.isJson() && Terminal.IN.isInteractive() && Terminal.OUT.isInteractive();
    try (Quickstart quickstart = new Quickstart(place.toAbsolutePath(), output)) {
      try (Interruption _ = Interruption.cancels(quickstart::close)) {
        quickstart.run(disk == null ? null : disk.toAbsolutePath(), stays);
      }
    }
    return ExitCode.OK;
  }
}
