package dozo.cli;

import dozo.cli.console.Output;
import dozo.cli.files.Driver;
import dozo.cli.files.Reading;
import dozo.cli.secret.SecretReader;
import dozo.format.disk.DiskReader;
import dozo.format.manifest.RestorePoint;
import dozo.mount.nbd.NbdServer;
import dozo.mount.partition.Content;
import dozo.mount.partition.PartitionReader;
import dozo.mount.partition.UnreplayedExt;
import dozo.mount.read.ReadCache;
import dozo.mount.tree.DiskExport;
import java.io.Closeable;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * A volume that is being read by programs: served to them on a Unix socket beside this process's
 * entry among the mounts, by which a later command finds what a kill left behind.
 */
final class VolumeSession implements Closeable {
  private static final String PLACE = "dozo files";
  private static final String EXPORT = "volume";

  private final MountRegistry registry;
  private final MountRegistry.Running running;
  private final DiskReader disk;
  private final NbdServer server;
  private final Driver driver;

  private VolumeSession(
      MountRegistry registry,
      MountRegistry.Running running,
      DiskReader disk,
      NbdServer server,
      Driver driver) {
    this.registry = registry;
    this.running = running;
    this.disk = disk;
    this.server = server;
    this.driver = driver;
  }

  /**
   * Begins to serve a volume.
   *
   * @param trust whether the kernel itself is to read it
   * @throws IllegalArgumentException if it holds nothing that can be read so
   */
  static VolumeSession open(
      Access access,
      ReadCache cache,
      RestorePoint point,
      Volume volume,
      boolean trust,
      SecretReader environment,
      Output output)
      throws IOException {
    Driver driver = driver(volume, trust);
    tell(volume, driver, output);
    MountRegistry registry = MountRegistry.open(environment);
    DiskReader disk = cache.open(access.openDisk(point.id(), volume.disk().name()));
    MountRegistry.Running running = registry.serving(RunningMount.of(PLACE, point));
    try {
      NbdServer server =
          NbdServer.listen(
              UnixDomainSocketAddress.of(running.control()),
              List.of(DiskExport.readOnly(EXPORT, reader(disk, volume, driver))),
              Optional.empty());
      return new VolumeSession(registry, running, disk, server, driver);
    } catch (IOException | RuntimeException e) {
      disk.close();
      registry.remove(running);
      throw e;
    }
  }

  /** fuse2fs refuses a volume whose journal waits, even to read it. */
  private static DiskReader reader(DiskReader disk, Volume volume, Driver driver)
      throws IOException {
    DiskReader partition = new PartitionReader(disk, volume.partition());
    boolean ext =
        volume.content().kind() == Content.Kind.EXT3
            || volume.content().kind() == Content.Kind.EXT4;
    boolean waits = volume.content().state() == Content.State.IN_USE;
    return ext && waits && !driver.isKernel() ? new UnreplayedExt(partition) : partition;
  }

  private static Driver driver(Volume volume, boolean trust) {
    Content.Kind kind = volume.content().kind();
    String what = volume.place() + " holds: " + kind.title();
    if (trust) {
      return Driver.kernel(kind)
          .orElseThrow(() ->
              new IllegalArgumentException(
                  what
                      + ". The kernel cannot mount that by itself. What to do: "
                      + otherWay(kind)));
    }
    return Driver.confined(kind)
        .orElseThrow(() ->
            new IllegalArgumentException(
                Driver.kernel(kind).isPresent()
                    ? what
                        + ". Only the kernel reads that, and a kernel trusts what it mounts: a guest that"
                        + " was taken over could take this machine over by its file system. What to do: "
                        + otherWay(kind)
                        + "; or give --trust-file-system if you trust whoever had the guest"
                    : what + ". No files can be read from that. What to do: " + otherWay(kind)));
  }

  private static String otherWay(Content.Kind kind) {
    return switch (kind) {
      case SWAP, EMPTY -> "choose another partition";
      default -> "'dozo nbd' and guestfish, as docs/file-restore.md shows";
    };
  }

  private static void tell(Volume volume, Driver driver, Output output) {
    String place = volume.place() + " (" + volume.content().kind().title() + ")";
    if (driver.isKernel()) {
      output.warn("The kernel of this machine reads " + place + ", and trusts what is on it");
    } else if (!driver.keepsAttributes()) {
      output.warn(
          "Of "
              + place
              + " only contents and times are read: owners, modes, attributes and symbolic links"
              + " are not. --trust-file-system has the kernel read all, if you trust the guest");
    }
    if (volume.content().state() == Content.State.IN_USE) {
      output.warn(
          place
              + " was in use when it was backed up: what its journal holds is not replayed, so that"
              + " files written last may be missing or old");
    }
  }

  /** Starts to read. */
  Reading read(String action, List<String> paths) throws IOException {
    return Reading.start(running.control(), driver, action, paths);
  }

  /** Ends it all, after the readings. */
  @Override
  public void close() throws IOException {
    try (disk) {
      server.close();
    } finally {
      registry.remove(running);
    }
  }
}
