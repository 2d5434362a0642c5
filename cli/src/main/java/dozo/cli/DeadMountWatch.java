package dozo.cli;

import dozo.cli.MountRegistry.Running;
import java.io.Closeable;
import java.io.IOException;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks after the mounts that a server has begun. One whose process is gone is taken out of the
 * kernel's table, so that whoever looks there finds an empty directory instead of errors. The
 * registry keeps it, as dead, until somebody takes note and unmounts it.
 */
final class DeadMountWatch implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(DeadMountWatch.class);
  private static final int PERIOD_SECONDS = 5;

  private final MountRegistry registry;
  private final String server;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("dozo-dead-mounts").factory());

  private DeadMountWatch(MountRegistry registry, UUID repository) {
    this.registry = registry;
    this.server = repository.toString();
  }

  /** Looks at once, and every few seconds until it is closed. */
  static DeadMountWatch start(MountRegistry registry, UUID repository) {
    DeadMountWatch watch = new DeadMountWatch(registry, repository);
    var _ = watch.timer.scheduleWithFixedDelay(watch::look, 0, PERIOD_SECONDS, TimeUnit.SECONDS);
    return watch;
  }

  private void look() {
    try {
      for (Running each : registry.list()) {
        if (each.what().server().equals(server) && !each.isAlive()) {
          clear(each);
        }
      }
    } catch (IOException | RuntimeException e) {
      log.error("Cannot look after the mounts", e);
    }
  }

  private void clear(Running dead) throws IOException {
    if (MountEnd.detachDead(registry, dead)) {
      log.warn(
          "The process of a mount has died path={} process={} log={}",
          dead.what().place(),
          dead.process().number(),
          dead.log());
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
