package dozo.cli;

import dozo.cli.console.Output;
import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.mount.image.VhdxForm;
import dozo.mount.nbd.NbdExport;
import dozo.mount.nbd.NbdServer;
import dozo.mount.nbd.NbdTls;
import dozo.mount.overlay.Face;
import dozo.mount.overlay.OverlayStore;
import dozo.mount.read.ReadCache;
import dozo.mount.trace.TracedDisk;
import dozo.mount.tree.DiskExport;
import dozo.mount.tree.OverlaidDisk;
import dozo.mount.tree.OverlaidPoint;
import dozo.mount.tree.OverlayRequest;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command {@code dozo nbd}. */
@Command(
    name = "nbd",
    description = {
      "Serve a restore point's disks by NBD: to qemu, nbd-client and libguestfs, without FUSE or root.",
      "",
      "Each disk is an export of its name; a client that names none gets the first. With --writable"
          + " what is written goes to an overlay, as with 'dozo mount'. It serves until Ctrl-C.",
      "",
      "NBD has no passwords: a Unix socket is its owner's alone, a loopback address this host's,"
          + " and on any other address it takes nothing without TLS, and TLS only from clients with"
          + " a certificate of --client-ca (qemu: tls-creds-x509). Pre-shared keys it has not."
    },
    optionListHeading = "%nOptions:%n",
    footerHeading = "%nExamples:%n",
    footer = {
      "  dozo nbd web --socket /run/web.sock",
      "  dozo nbd web --socket /run/web.sock --writable --overlay test",
      "  dozo nbd web --port 10809",
      "  dozo nbd web --listen 192.0.2.7:10809 --certificate server-cert.pem --certificate-key server-key.pem"
          + " --client-ca ca-cert.pem",
      "  qemu-system-x86_64 -m 2G -drive file=nbd+unix:///disk0?socket=/run/web.sock,format=raw",
      "  guestfish --ro --format=raw -a nbd://localhost:10809/disk0"
    })
final class NbdCommand extends DozoCommand {

  /** How the address of a Unix socket begins. */
  static final String UNIX = "nbd+unix://?socket=";

  @Mixin private final AccessOptions access = new AccessOptions();
  @Mixin private final OverlayOptions overlays = new OverlayOptions();
  @Mixin private final BootTraceOptions traces = new BootTraceOptions();
  @Mixin private final OriginOption origin = new OriginOption();

  @Parameters(paramLabel = "POINT", description = Selection.DESCRIPTION)
  private String pointText = "";

  @ArgGroup(validate = false, heading = "%nWhere to listen:%n", order = 4)
  private NbdListenOptions listening = new NbdListenOptions();

  @Option(names = "--writable", description = "Let disks be written to, through an overlay.")
  private boolean writable;

  @ArgGroup(validate = false, heading = "%nWith --writable:%n", order = 5)
  private OverlayChoice overlay = new OverlayChoice();

  NbdCommand(Context context) {
    super(context);
  }

  @Override
  ExitCode run(Output output) throws IOException, InterruptedException {
    SocketAddress address = listening.address();
    Optional<NbdTls> tls = listening.tls();
    try (Access open = access.open(secrets());
        ReadCache cache = traces.cache(secrets())) {
      if (writable) {
        serveWritable(open, cache, new Listening(address, tls), output);
      } else {
        serveReadOnly(open, cache, new Listening(address, tls), output);
      }
    }
    return ExitCode.OK;
  }

  private void serveReadOnly(Access open, ReadCache cache, Listening where, Output output)
      throws IOException, InterruptedException {
    RestorePoint point = Selection.one(open, pointText);
    List<DiskExport> disks = new ArrayList<>();
    try {
      for (DiskEntry disk : point.disks()) {
        disks.add(
            DiskExport.readOnly(
                disk.name(),
                cache.open(
                    TracedDisk.of(point, disk), () -> open.openDisk(point.id(), disk.name()))));
      }
      serve(point, cache, Optional.empty(), disks, where, output);
    } finally {
      for (DiskExport disk : disks) {
        disk.close();
      }
    }
  }

  private void serveWritable(Access open, ReadCache cache, Listening where, Output output)
      throws IOException, InterruptedException {
    OverlayStore store = overlays.open(secrets());
    OverlayChoice.Chosen chosen = overlay.choose(store, open, pointText);
    OverlayRequest request =
        new OverlayRequest(
            chosen.name(), chosen.limitBytes(), Face.RAW, VhdxForm.USUAL.blockBytes(), false);
    try (OverlaidPoint overlaid = OverlaidPoint.open(chosen.point(), open, cache, store, request)) {
      List<DiskExport> disks = new ArrayList<>();
      for (OverlaidDisk disk : overlaid.disks()) {
        if (disk.form().face() != Face.RAW) {
          throw new IllegalArgumentException(
              "Overlay "
                  + chosen.name()
                  + " was written to as VHDX and cannot be served by NBD; mount it, or give"
                  + " --overlay another name");
        }
        disks.add(DiskExport.writable(disk));
      }
      serve(chosen.point(), cache, Optional.of(overlaid), disks, where, output);
    }
  }

  private void serve(
      RestorePoint point,
      ReadCache cache,
      Optional<OverlaidPoint> overlaid,
      List<? extends NbdExport> disks,
      Listening where,
      Output output)
      throws IOException, InterruptedException {
    CountDownLatch end = new CountDownLatch(1);
    MountRegistry registry = MountRegistry.open(secrets());
    try (NbdServer server = NbdServer.listen(where.address(), List.copyOf(disks), where.tls());
        Interruption _ = Interruption.cancels(end::countDown)) {
      String uri = uri(server.address(), where.tls().isPresent());
      MountRegistry.Running running =
          registry.serving(origin.mark(MountCommand.described(uri, point, overlaid)));
      cache.whenPrefetched(read -> registry.notePrefetched(running, read.bytes()));
      overlaid.ifPresent(
          each -> each.overlay().watch(state -> registry.noteOverlay(running, state)));
      try {
        output.json(
            "serving",
            json -> {
              json.put("uri", uri).put("restorePoint", point.id().toString());
              overlaid.ifPresent(each -> json.put("overlay", each.overlay().summary().name()));
            });
        output.line("Serving " + uri);
        overlaid.ifPresent(each ->
            output.line("What is written is kept in overlay " + each.overlay().summary().name()));
        end.await();
      } finally {
        registry.remove(running);
      }
      Files.deleteIfExists(running.log());
    }
  }

  /** Where to listen, and what clients have to use. */
  private record Listening(SocketAddress address, Optional<NbdTls> tls) {}

  private static String uri(SocketAddress address, boolean tls) {
    if (!(address instanceof InetSocketAddress tcp)) {
      return UNIX + address;
    }
    String host =
        tcp.getAddress().isLoopbackAddress() ? "localhost" : tcp.getAddress().getHostAddress();
    return (tls ? "nbds://" : "nbd://")
        + (host.indexOf(':') < 0 ? host : "[" + host + "]")
        + ":"
        + tcp.getPort();
  }
}
