package dozo.cli;

import dozo.cli.MountRegistry.Running;
import dozo.mount.overlay.OverlayStore;
import dozo.mount.overlay.OverlaySummary;
import dozo.server.mounts.HostOverlay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The overlays that the mounts of a server write to. Safe for use by several threads. */
final class ServerOverlays {
  private final Path directory;
  private final MountRegistry registry;

  ServerOverlays(Path directory, MountRegistry registry) {
    this.directory = directory;
    this.registry = registry;
  }

  /** Lists them. Whether one is in use the registry tells: trying its lock would hold it up. */
  List<HostOverlay> list() throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    OverlayStore store = OverlayStore.open(directory);
    Set<String> inUse = new HashSet<>();
    for (Running each : registry.list()) {
      if (each.isAlive()) {
        inUse.add(each.what().overlay());
      }
    }
    List<HostOverlay> all = new ArrayList<>();
    for (OverlaySummary each : store.list()) {
      all.add(
          new HostOverlay(
              each.id(),
              each.name(),
              each.point(),
              each.vm(),
              each.created(),
              inUse.contains(each.id().toString()),
              store.storedBytes(each),
              each.disks().stream().map(disk -> disk.name() + disk.face().suffix()).toList()));
    }
    return all;
  }

  /**
   * Throws one away.
   *
   * @throws dozo.format.NotFoundException if there is none of that name
   * @throws dozo.format.RepositoryLockedException if a process has it open
   */
  void discard(String name) throws IOException {
    OverlayStore store = OverlayStore.open(directory);
    store.deleteRubbish();
    store.discard(name);
  }
}
