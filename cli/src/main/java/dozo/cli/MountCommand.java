package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.format.manifest.RestorePoint;
import dozo.mount.fs.MountedFileSystem;
import dozo.mount.fuse.FuseMount;
import dozo.mount.fuse.MountOptions;
import dozo.mount.overlay.OverlayStore;
import dozo.mount.read.PrefetchStatistics;
import dozo.mount.read.ReadCache;
import dozo.mount.tree.OverlaidPoint;
import dozo.mount.tree.RestorePointTree;
import dozo.mount.tree.WritableTree;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** The command {@code dozo mount}. */
@Command(
    name = "mount",
    description = {
      "Show restore points as files: each disk as a .vhdx and as a .raw.",
      "",
      "--face shows them in other formats too. All are the same disk, computed as it is read. A"
          + " .vmdk is a text that names the .raw; a .vhd holds 2040 GiB at the most.",
      "",
      "With --writable one restore point is shown whose disks can be written to, each as one file."
          + " What is written goes to an overlay, which survives the mount, the machine and the"
          + " server's restart; the same command goes on with it. 'dozo overlay' keeps it or throws"
          + " it away.",
      "",
      "What a guest reads first is remembered for each VM, and read ahead when one of its restore"
          + " points is mounted again, so that it boots faster.",
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
      "  dozo mount web /mnt/web --face qcow2      as disk0.qcow2 only",
      "  dozo mount web /mnt/web -b --writable     disk0.vhdx can be written to",
      "  dozo mount web /mnt/web -b --writable --owner libvirt-qemu",
      "  dozo mount --on-server web                a mount of the server, on its host",
      "  dozo mount --on-server web --owner libvirt-qemu --face qcow2",
      "  dozo unmount /mnt/web"
    })
final class MountCommand extends DozoCommand {

  private static final Logger LOG = LoggerFactory.getLogger(MountCommand.class);

  /** What a server was told when it was started. */
  private static final List<String> OF_THIS_HOST =
      List.of("--allow-other", "--overlays", "--boot-traces", "--no-boot-trace");

  @Mixin private final AccessOptions access = new AccessOptions();
  @Mixin private final OverlayOptions overlays = new OverlayOptions();
  @Mixin private final BootTraceOptions traces = new BootTraceOptions();

  @Parameters(
      arity = "0..2",
      paramLabel = "POINT DIR",
      description =
          "What to show and where; with --all only where. With --on-server DIR is a name, and need"
              + " not be given. POINT is: "
              + Selection.FORMS)
  private List<String> arguments = List.of();

  @Option(names = "--all", description = "Show all restore points, each in its directory.")
  private boolean all;

  @Option(
      names = {"-b", "--background"},
      description = "Serve it from a process of its own, and return when the files are there.")
  private boolean background;

  @Option(names = "--make", description = "Make the directory if it is not there.")
  private boolean make;

  @Mixin private final OnServerOptions onServer = new OnServerOptions();

  @Mixin private final OriginOption origin = new OriginOption();

  @Option(names = "--writable", description = "Let disks be written to, through an overlay.")
  private boolean writable;

  @ArgGroup(validate = false, heading = "%nWho may look inside:%n", order = 4)
  private MountRights rights = new MountRights();

  @ArgGroup(validate = false, heading = "%nWith --writable:%n", order = 5)
  private OverlayChoice overlay = new OverlayChoice();

  @ArgGroup(
      validate = false,
      heading = "%nHow disks are shown; with --writable when the overlay is made:%n",
      order = 6)
  private ImageOptions image = new ImageOptions();

  MountCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException, InterruptedException {
    if (onServer.isGiven()) {
      return mountOnServer(output);
    }
    if (arguments.size() != (all ? 1 : 2)) {
      throw misuse(
          all ? "Say where: dozo mount --all DIR" : "Say what and where: dozo mount POINT DIR");
    }
    Path directory = Path.of(arguments.getLast());
    if (make) {
      Files.createDirectories(directory);
    }
    if (writable && all) {
      throw misuse("--writable shows one restore point, not --all");
    }
    if (background) {
      return BackgroundMount.start(
          originalArguments(),
          access.typedSecret(secrets()),
          MountRegistry.open(secrets()),
          output);
    }
    try (Access open = access.open(secrets());
        ReadCache cache = traces.cache(secrets())) {
      if (writable) {
        serveWritable(directory, open, cache, output);
        return ExitCode.OK;
      }
      @Nullable RestorePoint point = all ? null : Selection.one(open, arguments.getFirst());
      RestorePointTree tree =
          point == null
              ? RestorePointTree.ofAll(open, image.shown(directory), cache)
              : RestorePointTree.ofOne(point, open, image.shown(directory), cache);
      serve(directory, tree, open, cache, point, Optional.empty(), output);
    }
    return ExitCode.OK;
  }

  private ExitCode mountOnServer(Output output) throws IOException {
    if (arguments.size() > (all ? 1 : 2) || (arguments.isEmpty() && !all) || background || make) {
      throw misuse("Say what, and perhaps a name: dozo mount --on-server POINT [NAME]");
    }
    for (String option : OF_THIS_HOST) {
      if (isGiven(option)) {
        throw misuse(option + " is for mounts of this host; a server has its own");
      }
    }
    ObjectNode wish = JsonNodeFactory.instance.objectNode();
    if (all) {
      wish.put("all", true);
    } else {
      try (Access open = access.open(secrets())) {
        wish.put("restorePoint", Selection.one(open, arguments.getFirst()).id().toString());
      }
    }
    if (arguments.size() == (all ? 1 : 2)) {
      wish.put("directory", arguments.getLast());
    }
    if (writable) {
      ObjectNode writing = wish.putObject("writable");
      overlay.write(writing);
      image.writeWritable(writing);
    } else {
      image.writeReadOnly(wish);
    }
    rights.write(wish);
    try (AdminClient client = onServer.open(access.settings(secrets()))) {
      new RemoteMounts(client).begin(wish, output);
    }
    return ExitCode.OK;
  }

  private void serveWritable(Path directory, Access open, ReadCache cache, Output output)
      throws IOException, InterruptedException {
    OverlayStore store = overlays.open(secrets());
    OverlayChoice.Chosen chosen = overlay.choose(store, open, arguments.getFirst());
    if (store.exists(chosen.name())) {
      output.notice("Going on with overlay " + chosen.name());
    }
    try (OverlaidPoint overlaid =
        OverlaidPoint.open(chosen.point(), open, cache, store, image.request(chosen))) {
      serve(
          directory,
          new WritableTree(overlaid, open, cache),
          open,
          cache,
          chosen.point(),
          Optional.of(overlaid),
          output);
    }
  }

  private void serve(
      Path directory,
      MountedFileSystem tree,
      Access open,
      ReadCache cache,
      @Nullable RestorePoint point,
      Optional<OverlaidPoint> overlaid,
      Output output)
      throws IOException, InterruptedException {
    MountOptions options =
        rights.apply(
            MountOptions.of("dozo:" + (point == null ? "all" : point.id()))
                .withWritable(overlaid.isPresent())
                .withForbiddenRoots(open.directory().map(List::of).orElse(List.of())));
    MountRegistry registry = MountRegistry.open(secrets());
    RunningMount what = origin.mark(described(FuseMount.realPath(directory) + "", point, overlaid));
    MountRegistry.Running running = registry.claim(what);
    try (FuseMount mount = FuseMount.open(directory, tree, options)) {
      // Whoever still waits for data then waits for a server that may be away for long.
      mount.onEnding(open::giveUp);
      try (Interruption _ = Interruption.cancels(() -> unmount(mount));
          Closeable _ =
              overlaid.isPresent()
                  ? MountControl.listen(running.control(), overlaid.get())
                  : () -> {}) {
        MountRegistry.Running serving = registry.serving(what);
        cache.whenPrefetched(read -> registry.notePrefetched(serving, read.bytes()));
        overlaid.ifPresent(
            each -> each.overlay().watch(state -> registry.noteOverlay(serving, state)));
        tell(mount, point, overlaid, output);
        mount.awaitUnmount();
        tellEnd(mount, cache.prefetched(), output);
      }
    } finally {
      registry.remove(running);
    }
    Files.deleteIfExists(running.log());
  }

  /** What the registry is told. */
  static RunningMount described(
      String place, @Nullable RestorePoint point, Optional<OverlaidPoint> overlaid) {
    RunningMount what = RunningMount.of(place, point);
    return overlaid
        .map(each -> each.overlay().summary())
        .map(overlay -> what.over(overlay.id().toString(), overlay.name()))
        .orElse(what);
  }

  private static void tell(
      FuseMount mount,
      @Nullable RestorePoint point,
      Optional<OverlaidPoint> overlaid,
      Output output) {
    Optional<String> name = overlaid.map(each -> each.overlay().summary().name());
    output.json(
        MountProcess.READY,
        json -> {
          json.put("mountPoint", mount.mountPoint().toString());
          if (point != null) {
            json.put("restorePoint", point.id().toString());
          }
          name.ifPresent(overlay -> json.put("overlay", overlay));
        });
    output.line("Mounted on " + mount.mountPoint());
    name.ifPresent(overlay -> output.line("What is written is kept in overlay " + overlay));
    output.notice("Serving it until Ctrl-C or 'dozo unmount " + mount.mountPoint() + "'.");
  }

  private static void tellEnd(FuseMount mount, PrefetchStatistics prefetched, Output output) {
    output.json(
        "unmounted",
        json ->
            json.put("mountPoint", mount.mountPoint().toString())
                .put("prefetchedBytes", prefetched.bytes())
                .put("prefetchedUsedBytes", prefetched.usedBytes()));
    if (prefetched.bytes() > 0) {
      output.notice(
          "Read "
              + Quantity.bytes(prefetched.bytes())
              + " ahead for a boot, of which "
              + Quantity.bytes(prefetched.usedBytes())
              + " were asked for.");
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
