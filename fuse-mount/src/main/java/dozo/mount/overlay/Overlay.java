package dozo.mount.overlay;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.repository.storage.RepositoryLock;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An overlay that this process has open. What a guest wrote and did not sync is synced every
 * {@value #SYNC_SECONDS} seconds all the same, as file systems do: so a killed mount loses that
 * much at the most.
 *
 * <p>Safe for use by many threads.
 */
public final class Overlay implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(Overlay.class);
  private static final int SYNC_SECONDS = 5;

  private final OverlaySummary summary;
  private final OverlayFiles files;
  private final RepositoryLock lock;
  private final SpaceLimit space;
  private final List<DiskOverlay> open = new CopyOnWriteArrayList<>();
  private final Future<?> syncs;
  private volatile Consumer<OverlayState> watcher = state -> {};
  private OverlayState told = OverlayState.SOUND;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("dozo-overlay-sync").factory());

  Overlay(OverlaySummary summary, OverlayFiles files, RepositoryLock lock, SpaceLimit space) {
    this.summary = summary;
    this.files = files;
    this.lock = lock;
    this.space = space;
    this.syncs =
        timer.scheduleWithFixedDelay(this::tick, SYNC_SECONDS, SYNC_SECONDS, TimeUnit.SECONDS);
  }

  /** What it says of itself. */
  public OverlaySummary summary() {
    return summary;
  }

  /** Whether all of its disks take writes; what is worst of them. */
  public OverlayState state() {
    return open.stream()
        .map(DiskOverlay::state)
        .max(OverlayState.BY_SEVERITY)
        .orElse(OverlayState.SOUND);
  }

  /**
   * Has somebody told when it takes writes no more, or again: within seconds, and on a thread of
   * the overlay's, so that no writer waits for him.
   */
  public void watch(Consumer<OverlayState> listener) {
    watcher = listener;
  }

  /** How much data it holds. */
  public long usedBytes() {
    return space.usedBytes();
  }

  /** How much more it may hold, as far as limit and file system let it. */
  public long freeBytes() throws IOException {
    long room = Files.getFileStore(summary.directory()).getUsableSpace();
    return Math.clamp(space.maximumBytes() - space.usedBytes(), 0, room);
  }

  /**
   * Opens a disk. It is closed with the overlay.
   *
   * @param disk what the image is that the caller has
   * @throws NotFoundException if the overlay has no such disk
   * @throws CorruptDataException if it lies over another image, or its files are damaged
   */
  public DiskOverlay open(OverlayDisk disk, BaseImage base) throws IOException {
    OverlayDisk expected =
        summary.disks().stream()
            .filter(each -> each.name().equals(disk.name()))
            .findFirst()
            .orElseThrow(() ->
                new NotFoundException(
                    Fault.of("The overlay has no disk " + disk.name()).file(summary.directory())));
    if (!expected.equals(disk) || base.sizeBytes() != disk.imageBytes()) {
      throw new CorruptDataException(
          Fault.of("The overlay lies over another image")
              .file(summary.directory())
              .expected(String.valueOf(expected))
              .actual(String.valueOf(disk))
              .cure("mount it with the version of Dozo that made it"));
    }
    Path dataPath = summary.directory().resolve(disk.name() + OverlayStore.DATA);
    MapStore map =
        MapStore.open(files, summary.directory().resolve(disk.name() + OverlayStore.MAP));
    try {
      BlockFile data = files.open(dataPath);
      try {
        space.add(requireWhole(map, data, dataPath));
        DiskOverlay opened = DiskOverlay.open(base, data, map, space);
        open.add(opened);
        return opened;
      } catch (IOException | RuntimeException e) {
        data.close();
        throw e;
      }
    } catch (IOException | RuntimeException e) {
      map.close();
      throw e;
    }
  }

  /** Returns how much data there is, all of which the data file must reach. */
  private static long requireWhole(MapStore map, BlockFile data, Path path) throws IOException {
    long blocks = 0;
    long end = 0;
    for (MapEntry run : map.states().written()) {
      if (run.state() == BlockState.DATA) {
        blocks += run.count();
        end = run.end();
      }
    }
    // The last block of an image may be a short one.
    long needed = Math.max(0, end - 1) * OverlayFormat.BLOCK_BYTES;
    if (blocks > 0 && data.sizeBytes() <= needed) {
      throw OverlayFormat.corrupt(
          "The overlay's data file is too short",
          path,
          data.sizeBytes(),
          "more than " + needed + " bytes",
          data.sizeBytes());
    }
    return blocks * OverlayFormat.BLOCK_BYTES;
  }

  private void tick() {
    syncAll();
    OverlayState now = state();
    if (!now.equals(told)) {
      told = now;
      watcher.accept(now);
    }
  }

  private void syncAll() {
    for (DiskOverlay disk : open) {
      try {
        if (disk.isUnsynced()) {
          disk.force();
        }
      } catch (IOException | RuntimeException e) {
        log.error("an overlay cannot be synced overlay={}", summary.name(), e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    syncs.cancel(false);
    timer.shutdown();
    IOException failure = null;
    try {
      // Never interrupted: the JDK would close the files that it is syncing.
      while (!timer.awaitTermination(Duration.ofMinutes(1).toSeconds(), TimeUnit.SECONDS)) {
        log.warn("the overlay is still being synced overlay={}", summary.name());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    for (DiskOverlay disk : open) {
      try {
        disk.close();
      } catch (IOException e) {
        failure = e;
      }
    }
    open.clear();
    lock.close();
    if (failure != null) {
      throw failure;
    }
  }
}
