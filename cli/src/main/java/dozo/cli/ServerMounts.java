package dozo.cli;

import dozo.cli.MountEnd.Insistence;
import dozo.cli.MountRegistry.Running;
import dozo.format.DozoException;
import dozo.format.manifest.RestorePointId;
import dozo.mount.fuse.FuseMount;
import dozo.mount.overlay.OverlayState;
import dozo.protocol.Secret;
import dozo.server.mounts.CommittedOverlay;
import dozo.server.mounts.ExportOrder;
import dozo.server.mounts.ExportedDisk;
import dozo.server.mounts.HostMount;
import dozo.server.mounts.HostMount.State;
import dozo.server.mounts.HostMounts;
import dozo.server.mounts.HostOverlay;
import dozo.server.mounts.MountOrder;
import dozo.server.mounts.MountRefusedException;
import dozo.server.mounts.MountRefusedException.Reason;
import dozo.server.mounts.NbdOrder;
import dozo.server.mounts.OverlayWork;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The mounts of this host, and its exports by NBD, for a server. Each is a process that runs {@code
 * dozo mount} or {@code dozo nbd}, in a session of its own, and reads through the server's Unix
 * socket, where the kernel vouches for it: no secret is handed over. What is known of them is in
 * the registry, which they keep themselves, and in the kernel's table, so that a server that was
 * killed finds them again.
 *
 * <p>Safe for use by several threads.
 */
final class ServerMounts implements HostMounts {
  private static final Logger log = LoggerFactory.getLogger(ServerMounts.class);

  private final ServerMountPlan plan;
  private final MountRegistry registry;
  private final PlacesAtWork places = new PlacesAtWork();
  private final ServerOverlays overlays;
  private final ServerOverlayCommand overlayCommand;
  private final DeadMountWatch watch;

  private ServerMounts(ServerMountPlan plan, MountRegistry registry) {
    this.plan = plan;
    this.registry = registry;
    this.overlays = new ServerOverlays(plan.overlays(), registry);
    this.overlayCommand = new ServerOverlayCommand(plan, registry);
    this.watch = DeadMountWatch.start(registry, plan.repository());
  }

  /** Finds what is mounted, clears what has died, and watches over the rest until it is closed. */
  static ServerMounts open(ServerMountPlan plan, MountRegistry registry) {
    return new ServerMounts(plan, registry);
  }

  @Override
  public List<HostMount> list() throws IOException {
    List<Path> mounted = new ArrayList<>(FuseMount.mountPoints());
    List<HostMount> all = new ArrayList<>();
    for (Running each : registry.list()) {
      mounted.remove(Path.of(each.what().place()));
      all.add(known(each));
    }
    for (Path place : mounted) {
      if (place.startsWith(plan.directory())) {
        all.add(unknown(place));
      }
    }
    return all;
  }

  private static HostMount known(Running running) throws IOException {
    RunningMount what = running.what();
    State state =
        !running.isAlive() ? State.DEAD : running.isServing() ? State.LIVE : State.STARTING;
    return new HostMount(
        running.process().id(),
        what.place(),
        state,
        given(what.restorePoint()).map(RestorePointId::parse),
        what.vm(),
        given(what.overlayName()),
        given(what.overlayName()).map(_ -> condition(running.overlay())),
        running.process().number(),
        Optional.of(what.since()),
        given(what.server()).map(UUID::fromString),
        what.token());
  }

  private static HostMount.Condition condition(OverlayState overlay) {
    return new HostMount.Condition(overlay.kind().word(), overlay.cause());
  }

  /** A mount beneath our directory whose process is not in the registry, which somebody emptied. */
  private static HostMount unknown(Path place) {
    return new HostMount(
        "unlisted-" + place.getFileName(),
        place.toString(),
        State.UNKNOWN,
        Optional.empty(),
        "",
        Optional.empty(),
        Optional.empty(),
        0,
        Optional.empty(),
        Optional.empty(),
        "");
  }

  private static Optional<String> given(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  @Override
  public HostMount begin(MountOrder order) throws IOException, InterruptedException {
    Path socket = serverSocket();
    Path place = plan.makeDirectory().resolve(order.directory());
    try (PlacesAtWork.Claim _ = places.begin(place)) {
      requireFree(place);
      requireRoom();
      boolean isNew = makeMountPoint(place);
      MountProcess process =
          MountProcess.start(
              ServerMountCommand.of(plan, registry, order, place, socket),
              registry,
              Optional.empty());
      try {
        return await(process, order.token());
      } catch (MountRefusedException e) {
        clear(place, isNew);
        throw e;
      }
    }
  }

  @Override
  public HostMount serve(NbdOrder order) throws IOException, InterruptedException {
    Path through = serverSocket();
    ExportSocket socket = ExportSocket.in(plan.makeDirectory(), order.name());
    try (PlacesAtWork.Claim _ = places.begin(Path.of(socket.address()))) {
      for (Running each : registry.at(socket.address())) {
        if (each.isAlive()) {
          throw new MountRefusedException(
              Reason.CONFLICT, socket.file() + " is in use by export " + each.process().id());
        }
        registry.removeWithLog(each);
      }
      socket.clear();
      requireRoom();
      return await(
          MountProcess.start(
              ServerMountCommand.of(plan, registry, order, socket.file(), through),
              registry,
              Optional.empty()),
          order.token());
    }
  }

  private Path serverSocket() throws MountRefusedException {
    return plan.socket()
        .orElseThrow(() ->
            new MountRefusedException(
                Reason.CONFLICT,
                "The server has no Unix socket, through which its mounts read: start it with"
                    + " --unix-socket FILE, of at most 107 characters"));
  }

  private HostMount await(MountProcess process, String token)
      throws IOException, InterruptedException {
    switch (process.await(ServerMountCommand.PATIENCE)) {
      case MountProcess.Ready _ -> {}
      case MountProcess.Failed failed -> throw ServerMountCommand.refused(failed);
      case MountProcess.Late _ -> {
        process.kill();
        throw new MountRefusedException(
            Reason.FAILED,
            "The mount has not come up in "
                + ServerMountCommand.PATIENCE.toSeconds()
                + " s, and was given up");
      }
    }
    for (Running each : registry.list()) {
      if (each.process().equals(process.identity())) {
        log.info(
            "Mounted path={} mount={} token=\"{}\"",
            each.what().place(),
            each.process().id(),
            token);
        return known(each);
      }
    }
    throw new MountRefusedException(
        Reason.FAILED, "The mount was there, and somebody has taken it away again");
  }

  private void requireFree(Path place) throws IOException {
    for (Running each : registry.at(place.toString())) {
      if (each.isAlive()) {
        throw new MountRefusedException(
            Reason.CONFLICT, place + " is in use by mount " + each.process().id());
      }
      MountEnd.detachDead(registry, each);
      registry.removeWithLog(each);
    }
    if (FuseMount.mountPoints().contains(place)) {
      throw new MountRefusedException(
          Reason.CONFLICT, place + " is in use by mount " + unknown(place).id());
    }
  }

  /** A token must not be able to use the host up: each mount is a process with a heap. */
  private void requireRoom() throws IOException {
    int live = 0;
    for (Running each : registry.list()) {
      boolean ours = each.what().server().equals(plan.repository().toString());
      live += ours && !places.isAtWork(Path.of(each.what().place())) && each.isAlive() ? 1 : 0;
    }
    if (live + places.count() > plan.maximum()) {
      throw new MountRefusedException(
          Reason.BUSY,
          "The server has as many mounts as it may, "
              + plan.maximum()
              + ": unmount one, or start it with more --max-mounts");
    }
  }

  private static boolean makeMountPoint(Path place) throws IOException {
    return ServerMountPlan.makeDirectory(place, "rwx------");
  }

  private void clear(Path place, boolean isNew) throws IOException {
    for (Running each : registry.at(place.toString())) {
      if (!each.isAlive()) {
        MountEnd.detachDead(registry, each);
        registry.removeWithLog(each);
      }
    }
    if (isNew) {
      Files.deleteIfExists(place);
    }
  }

  @Override
  public void end(HostMount mount, boolean force) throws IOException, InterruptedException {
    Path place = Path.of(mount.place());
    if (mount.isExport()) {
      try (PlacesAtWork.Claim _ = places.join(place)) {
        endExport(mount, force);
      }
      return;
    }
    // Nothing is to be mounted there before the directory has gone.
    try (PlacesAtWork.Claim _ = places.join(place)) {
      Optional<Running> running =
          registry.at(place.toString()).stream()
              .filter(each -> each.process().id().equals(mount.id()))
              .findFirst();
      if (running.isPresent() && !running.get().isAlive()) {
        MountEnd.detachDead(registry, running.get());
        registry.removeWithLog(running.get());
        MountEnd.removeDirectory(running.get());
        return;
      }
      if (running.isEmpty() && mount.state() != State.UNKNOWN) {
        throw new MountRefusedException(Reason.NOT_FOUND, "There is no mount " + mount.id());
      }
      Insistence insistence = force ? Insistence.AND_KILL : Insistence.IF_IDLE;
      switch (MountEnd.end(registry, place, insistence)) {
        case ENDED -> log.info("Unmounted path={} mount={} force={}", place, mount.id(), force);
        case IN_USE ->
            throw new MountRefusedException(
                Reason.CONFLICT,
                place
                    + " is in use: somebody has files of it open, or it is only just starting."
                    + " ?force takes it away from them");
        case LINGERS ->
            throw new MountRefusedException(
                Reason.BUSY,
                place
                    + " is unmounted, but process "
                    + mount.process()
                    + " is still putting down what was written");
      }
    }
  }

  private void endExport(HostMount export, boolean force) throws IOException, InterruptedException {
    Running running =
        registry.at(export.place()).stream()
            .filter(each -> each.process().id().equals(export.id()))
            .findFirst()
            .orElseThrow(() ->
                new MountRefusedException(Reason.NOT_FOUND, "There is no export " + export.id()));
    Optional<ExportSocket> socket = ExportSocket.of(export.place());
    if (running.isAlive() && !force && socket.isPresent() && socket.get().isInUse()) {
      throw new MountRefusedException(
          Reason.CONFLICT,
          export.place() + " is in use: somebody is connected. ?force hangs up on them");
    }
    if (!MountEnd.endProcess(running, force)) {
      throw new MountRefusedException(
          Reason.BUSY,
          "Process " + export.process() + " of the export is still putting down what was written");
    }
    registry.removeWithLog(running);
    if (socket.isPresent()) {
      socket.get().clear();
    }
    log.info("Ended export uri={} export={} force={}", export.place(), export.id(), force);
  }

  @Override
  public List<HostOverlay> overlays() throws IOException {
    return overlays.list();
  }

  @Override
  public void discard(HostOverlay overlay) throws IOException {
    try {
      overlays.discard(overlay.name());
    } catch (DozoException e) {
      throw ServerMountCommand.refused(Failure.of(e));
    }
  }

  @Override
  public Optional<CommittedOverlay> commit(
      HostOverlay overlay, Secret backup, Secret restore, boolean discard, OverlayWork work)
      throws IOException, InterruptedException {
    return overlayCommand.commit(overlay, backup, restore, discard, work);
  }

  @Override
  public Optional<ExportedDisk> export(HostOverlay overlay, ExportOrder order, OverlayWork work)
      throws IOException, InterruptedException {
    return overlayCommand.export(overlay, order, work);
  }

  @Override
  public void drain() {
    places.drain();
  }

  @Override
  public void close() {
    drain();
    watch.close();
  }
}
