package dozo.server.mounts;

import dozo.protocol.Secret;
import dozo.server.mounts.MountRefusedException.Reason;
import java.util.List;
import java.util.Optional;

/** A host on which this server mounts nothing. */
final class NoMounts implements HostMounts {

  @Override
  public List<HostMount> list() {
    return List.of();
  }

  @Override
  public HostMount begin(MountOrder order) throws MountRefusedException {
    throw new MountRefusedException(Reason.CONFLICT, "This server does not mount");
  }

  @Override
  public HostMount serve(NbdOrder order) throws MountRefusedException {
    throw new MountRefusedException(Reason.CONFLICT, "This server serves nothing by NBD");
  }

  @Override
  public void end(HostMount mount, boolean force) throws MountRefusedException {
    throw new MountRefusedException(Reason.NOT_FOUND, "There is no mount " + mount.id());
  }

  @Override
  public List<HostOverlay> overlays() {
    return List.of();
  }

  @Override
  public void discard(HostOverlay overlay) throws MountRefusedException {
    throw none(overlay);
  }

  @Override
  public Optional<CommittedOverlay> commit(
      HostOverlay overlay, Secret backup, Secret restore, boolean discard, OverlayWork work)
      throws MountRefusedException {
    throw none(overlay);
  }

  @Override
  public Optional<ExportedDisk> export(HostOverlay overlay, ExportOrder order, OverlayWork work)
      throws MountRefusedException {
    throw none(overlay);
  }

  private static MountRefusedException none(HostOverlay overlay) {
    return new MountRefusedException(Reason.NOT_FOUND, "There is no overlay " + overlay.name());
  }

  @Override
  public void drain() {}

  @Override
  public void close() {}
}
