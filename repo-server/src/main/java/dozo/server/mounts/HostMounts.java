package dozo.server.mounts;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/**
 * The mounts of this host, each served by a process of its own that lives on when the server ends.
 * Nothing is remembered here: what is listed is what is there, whoever began it and however often
 * the server was started since.
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
   * Takes one away, and returns when what was written to it is on stable storage.
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

  /** Lets nothing begin any more, and waits a while for what is beginning. */
  void drain();

  /** Lets go of them; they live on. */
  @Override
  void close();
}
