package dozo.client;

import dozo.format.manifest.VmRef;
import dozo.protocol.client.ConnectionSettings;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.message.LeaseMessage.TakeLease;
import java.io.IOException;
import java.util.UUID;

/**
 * The server's note that a checkpoint may be there. It is taken before the checkpoint is made, so
 * that whoever dies in between leaves the note, too.
 */
public final class CheckpointLease {

  private final ConnectionSettings server;
  private final UUID id;

  private CheckpointLease(ConnectionSettings server, UUID id) {
    this.server = server;
    this.id = id;
  }

  /**
   * Takes a lease. If there is one of the same object already it goes on.
   *
   * @param kind a word for what makes the checkpoint
   * @param object what an admin finds it by on the host
   * @throws IOException if the server cannot be reached, or refuses; nothing should be made then
   */
  public static CheckpointLease take(
      ConnectionSettings server, VmRef vm, String kind, String object) throws IOException {
    UUID id = VmIds.ofLease(vm, kind, object);
    try (DozoConnection connection = DozoConnection.connect(server)) {
      connection.takeLease(new TakeLease(id, vm, kind, object));
    }
    return new CheckpointLease(server, id);
  }

  /** Tells the server that nothing of the checkpoint is left. */
  public void end() throws IOException {
    try (DozoConnection connection = DozoConnection.connect(server)) {
      connection.endLease(id);
    }
  }
}
