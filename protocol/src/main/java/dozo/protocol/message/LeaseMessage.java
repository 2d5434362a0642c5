package dozo.protocol.message;

import dozo.format.manifest.VmRef;
import dozo.protocol.LeaseSummary;
import java.util.List;
import java.util.UUID;

/** What tells of checkpoints that may be there: docs/protocol.md §4.2. */
public sealed interface LeaseMessage extends Message {

  /**
   * A checkpoint is about to be made.
   *
   * @param lease the same for the same object of the same VM
   * @param vm whose checkpoint it is
   * @param kind a word for what makes it
   * @param object what an admin finds it by on the host
   */
  record TakeLease(UUID lease, VmRef vm, String kind, String object) implements LeaseMessage {
    @Override
    public MessageType type() {
      return MessageType.TAKE_LEASE;
    }
  }

  /** Nothing is left of a checkpoint. */
  record EndLease(UUID lease) implements LeaseMessage {
    @Override
    public MessageType type() {
      return MessageType.END_LEASE;
    }
  }

  /** It is on stable storage. */
  record LeaseNoted() implements LeaseMessage {
    @Override
    public MessageType type() {
      return MessageType.LEASE_NOTED;
    }
  }

  /** Asks what may be left. */
  record ListLeases() implements LeaseMessage {
    @Override
    public MessageType type() {
      return MessageType.LIST_LEASES;
    }
  }

  /**
   * What may be left, the oldest first.
   *
   * @param more whether another frame of this answer follows
   */
  record Leases(List<LeaseSummary> leases, boolean more) implements LeaseMessage {
    @Override
    public MessageType type() {
      return MessageType.LEASES;
    }
  }
}
