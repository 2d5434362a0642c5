package dozo.server.mounts;

import dozo.protocol.Secret;
import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * The mounts of this host, and its exports by NBD, each served by a process of its own that lives
 * on when the server ends. Nothing is remembered here: what is listed is what is there, whoever
 * began it and however often the server was started since.
 */
public interface HostMounts extends Closeable {

  /** Those of a server that was not given the means: there are none, and none can begin. */
  HostMounts NONE = new NoMounts();

  /** Lists all that are there or were killed, by place. Touches none of them. */
  List<HostMount> list() throws IOException;

  /**
   * Mounts, and returns when the files are there.
   *
   * @throws MountRefusedException if that cannot be, with what to do about it
   */
  HostMount begin(MountOrder order) throws IOException, InterruptedException;

  /**
   * Serves a restore point's disks by NBD, and returns when clients can connect.
   *
   * @throws MountRefusedException if that cannot be, with what to do about it
   */
  HostMount serve(NbdOrder order) throws IOException, InterruptedException;

  /**
   * Takes a mount or an export away, and returns when what was written to it is on stable storage.
   *
   * @param force takes it away from whoever uses it, and kills its process if it is stuck
   * @throws MountRefusedException if it is not there, or in use and not to be forced
   */
  void end(HostMount mount, boolean force) throws IOException, InterruptedException;

  /** Lists the overlays that writable mounts write to, by name. */
  List<HostOverlay> overlays() throws IOException;

  /**
   * Throws an overlay away, with all that was written to it.
   *
   * @throws MountRefusedException if it is not there, or mounted
   */
  void discard(HostOverlay overlay) throws IOException;

  /**
   * Saves an overlaid restore point as a new one of the same VM, and returns when that is on stable
   * storage.
   *
   * @param backup lets whoever does it add restore points of that VM
   * @param restore lets them read what the overlay lies over
   * @param discard throws the overlay away once it is saved
   * @return empty if it was ended before
   * @throws MountRefusedException if the overlay is mounted, or it cannot be done
   */
  Optional<CommittedOverlay> commit(
      HostOverlay overlay, Secret backup, Secret restore, boolean discard, OverlayWork work)
      throws IOException, InterruptedException;

  /**
   * Copies an overlaid disk to real storage of this host. Of one that is not mounted, or is to take
   * no more writes, it returns when the copy is there; else when the copy keeps up with the guest.
   *
   * @return empty if it was ended before, and nothing is left of it
   * @throws MountRefusedException if it cannot be done
   */
  Optional<ExportedDisk> export(HostOverlay overlay, ExportOrder order, OverlayWork work)
      throws IOException, InterruptedException;

  /** Lets nothing begin any more, and waits a while for what is beginning. */
  void drain();

  /** Lets go of them; they live on. */
  @Override
  void close();
}
