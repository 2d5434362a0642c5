package dozo.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A backup that is mounted.
 *
 * @param point where
 * @param file the disk in it
 * @param mounter serves it
 * @param others what else works for it
 */
record Mounted(Workbench bench, Path point, Path file, Daemon mounter, List<Daemon> others)
    implements AutoCloseable {

  private static final Duration LOOK_EVERY = Duration.ofMillis(50);
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** Waits until the file is there. */
  Mounted awaitFile() throws IOException, InterruptedException {
    long patience = System.nanoTime() + PATIENCE.toNanos();
    while (!Files.exists(file)) {
      if (!mounter.process().isAlive() || System.nanoTime() > patience) {
        close();
        throw new IOException("The mount has no " + point.relativize(file));
      }
      Thread.sleep(LOOK_EVERY);
    }
    return this;
  }

  double cpuSeconds() throws IOException {
    double seconds = mounter.cpuSeconds();
    for (Daemon other : others) {
      seconds += other.cpuSeconds();
    }
    return seconds;
  }

  long peakBytes() throws IOException {
    return mounter.peakBytes();
  }

  @Override
  public void close() throws IOException {
    bench.unmount(point);
    bench.end(mounter.process());
  }
}
