package dozo.protocol.message;

import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.protocol.VmSummary;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What lists: docs/protocol.md §6. */
public sealed interface ListingMessage extends Message {

  /** Asks for the VMs that have restore points. */
  record ListVms() implements ListingMessage {
    @Override
    public MessageType type() {
      return MessageType.LIST_VMS;
    }
  }

  /**
   * VMs that have restore points.
   *
   * @param more whether another frame of this answer follows
   */
  record Vms(List<VmSummary> vms, boolean more) implements ListingMessage {
    @Override
    public MessageType type() {
      return MessageType.VMS;
    }
  }

  /**
   * Asks for restore points.
   *
   * @param namespace only of this namespace, if given
   * @param vm only of this VM, if given
   * @param after only those with a higher id, if given
   * @param limit 1 to 10,000 of them, 1,000 if left out
   */
  record ListRestorePoints(
      @Nullable String namespace,
      @Nullable UUID vm,
      @Nullable RestorePointId after,
      @Nullable Integer limit)
      implements ListingMessage {
    @Override
    public MessageType type() {
      return MessageType.LIST_RESTORE_POINTS;
    }
  }

  /**
   * Restore points, by ascending id.
   *
   * @param more whether another frame of this answer follows
   */
  record RestorePoints(List<RestorePoint> restorePoints, boolean more) implements ListingMessage {
    @Override
    public MessageType type() {
      return MessageType.RESTORE_POINTS;
    }
  }
}
