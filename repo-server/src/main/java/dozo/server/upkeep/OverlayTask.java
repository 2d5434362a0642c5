package dozo.server.upkeep;

import dozo.repository.work.StopSignal;
import dozo.server.mounts.HostOverlay;
import dozo.server.mounts.OverlayWork;

/**
 * Work on what was written to a writable mount. It is done by a process of the server's host and
 * takes nothing away from the repository, so it runs beside everything but other work on the same
 * overlay.
 */
public sealed interface OverlayTask extends UpkeepTask permits CommitTask, ExportTask {

  /** What it works on. */
  HostOverlay overlay();

  @Override
  default boolean needsAdmin() {
    return true;
  }

  @Override
  default boolean runsBesideOthers() {
    return true;
  }

  @Override
  default boolean waitsFor(UpkeepTask running) {
    return running instanceof OverlayTask other && other.overlay().id().equals(overlay().id());
  }

  /** Tells whoever works how to tell of it, and when to end. */
  static OverlayWork work(UpkeepTask.Listener listener, StopSignal stop) {
    return new OverlayWork() {
      @Override
      public void progress(String phase, long doneBytes, long totalBytes) {
        listener.progress(phase, doneBytes, totalBytes);
      }

      @Override
      public boolean isStopped() {
        return stop.isStopped();
      }
    };
  }
}
