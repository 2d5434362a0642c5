package dozo.server.upkeep;

import dozo.repository.Repository;
import dozo.repository.work.StopSignal;
import dozo.server.mounts.ExportOrder;
import dozo.server.mounts.ExportedDisk;
import dozo.server.mounts.HostMounts;
import dozo.server.mounts.HostOverlay;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/** Copies an overlaid disk to real storage of the server's host, while a guest may use it. */
public final class ExportTask implements OverlayTask {

  static final String KIND = "export-overlay";

  private final HostMounts mounts;
  private final HostOverlay overlay;
  private final ExportOrder order;

  /**
   * Makes a task.
   *
   * @throws IllegalArgumentException if the overlay does not have the disk
   */
  public ExportTask(HostMounts mounts, HostOverlay overlay, ExportOrder order) {
    order.requireOf(overlay);
    this.mounts = mounts;
    this.overlay = overlay;
    this.order = order;
  }

  @Override
  public HostOverlay overlay() {
    return overlay;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public ObjectNode run(Repository repository, Listener listener, StopSignal stop)
      throws IOException {
    Optional<ExportedDisk> exported;
    try {
      exported = mounts.export(overlay, order, OverlayTask.work(listener, stop));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted").initCause(e);
    }
    ObjectNode report =
        JsonNodeFactory.instance
            .objectNode()
            .put("overlay", overlay.name())
            .put("disk", order.disk())
            .put("stopped", exported.isEmpty());
    exported.ifPresent(copy ->
        report
            .put("file", copy.file().toString())
            .put("copiedBytes", copy.copiedBytes())
            .put("follows", copy.follows()));
    return report;
  }
}
