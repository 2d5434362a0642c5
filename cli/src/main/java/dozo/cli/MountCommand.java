package dozo.cli;

import dozo.cli.console.Output;
import dozo.format.manifest.RestorePoint;
import dozo.mount.fuse.FuseMount;
import dozo.mount.fuse.MountOptions;
import dozo.mount.read.ReadCache;
import dozo.mount.read.ReadCacheOptions;
import dozo.mount.tree.RestorePointTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo mount}. */
@Command(
    name = "mount",
    description = {
      "Show restore points as files: each disk as a .vhdx and as a .raw, read-only.",
      "",
      "The command serves the mount until it is unmounted or ended by Ctrl-C; with --background it"
          + " returns when the files are there."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo mount web /mnt/web --background      the latest of the VM web",
      "  dozo mount --all /mnt/dozo                each restore point in its directory",
      "  qemu-system-x86_64 -m 2G -snapshot -drive file=/mnt/web/disk0.vhdx,format=vhdx",
      "  dozo unmount /mnt/web"
    })
final class MountCommand extends DozoCommand {

  private static final Logger LOG = LoggerFactory.getLogger(MountCommand.class);

  @Mixin private final AccessOptions access = new AccessOptions();

  @Parameters(
      arity = "1..2",
      paramLabel = "POINT DIR",
      description = "What to show and where; with --all only where. POINT is: " + Selection.FORMS)
  private List<String> arguments = List.of();

  @Option(names = "--all", description = "Show all restore points, each in its directory.")
  private boolean all;

  @Option(
      names = {"-b", "--background"},
      description = "Serve it from a process of its own, and return when the files are there.")
  private boolean background;

  @Option(
      names = "--allow-other",
      description =
          "Let other users in; needs user_allow_other in /etc/fuse.conf unless one is root.")
  private boolean allowOther;

  @Option(names = "--make", description = "Make the directory if it is not there.")
  private boolean make;

  MountCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException, InterruptedException {
    if (arguments.size() != (all ? 1 : 2)) {
      throw misuse(
          all ? "Say where: dozo mount --all DIR" : "Say what and where: dozo mount POINT DIR");
    }
    Path directory = Path.of(arguments.getLast());
    if (make) {
      Files.createDirectories(directory);
    }
    if (background) {
      return BackgroundMount.start(originalArguments(), access.typedSecret(secrets()), output);
    }
    try (Access open = access.open(secrets());
        ReadCache cache = new ReadCache(ReadCacheOptions.DEFAULT)) {
      @Nullable RestorePoint point = all ? null : Selection.one(open, arguments.getFirst());
      RestorePointTree tree =
          point == null
              ? RestorePointTree.ofAll(open, cache)
              : RestorePointTree.ofOne(point, open, cache);
      serve(directory, tree, open, point, output);
    }
    return ExitCode.OK;
  }

  private void serve(
      Path directory,
      RestorePointTree tree,
      Access open,
      @Nullable RestorePoint point,
      Output output)
      throws IOException, InterruptedException {
    MountOptions options =
        MountOptions.of("dozo:" + (point == null ? "all" : point.id()))
            .withAllowOther(allowOther)
            .withForbiddenRoots(open.directory().map(List::of).orElse(List.of()));
    try (FuseMount mount = FuseMount.open(directory, tree, options)) {
      try (Interruption _ = Interruption.cancels(() -> unmount(mount))) {
        output.json(
            BackgroundMount.READY,
            json -> {
              json.put("mountPoint", mount.mountPoint().toString());
              if (point != null) {
                json.put("restorePoint", point.id().toString());
              }
            });
        output.line("Mounted on " + mount.mountPoint());
        output.notice("Serving it until Ctrl-C or 'dozo unmount " + mount.mountPoint() + "'.");
        mount.awaitUnmount();
      }
    }
  }

  private static void unmount(FuseMount mount) {
    try {
      mount.close();
    } catch (IOException e) {
      LOG.error("Cannot unmount mount_point={}", mount.mountPoint(), e);
    }
  }
}
