package dozo.client;

import dozo.client.source.Checkpoint;
import dozo.client.source.CheckpointTrace;
import dozo.client.source.VmSource;
import dozo.format.manifest.VmRef;
import dozo.protocol.client.ConnectionSettings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A source of whose checkpoints the server knows for as long as they may be there. One that leaves
 * nothing behind needs no server.
 *
 * @param server who is to know
 * @param vm whose checkpoints they are
 * @param source makes them
 */
public record LeasedSource(ConnectionSettings server, VmRef vm, VmSource source)
    implements VmSource {

  @Override
  public Checkpoint checkpoint() throws IOException {
    List<CheckpointLease> leases = new ArrayList<>();
    for (CheckpointTrace trace : source.traces()) {
      leases.add(CheckpointLease.take(server, vm, trace.kind(), trace.object()));
    }
    try {
      return new LeasedCheckpoint(source.checkpoint(), leases);
    } catch (IOException | RuntimeException | Error e) {
      if (source.hasLeftNothing()) {
        LeasedCheckpoint.end(leases);
      }
      throw e;
    }
  }

  @Override
  public Optional<UUID> id() throws IOException {
    return source.id();
  }

  @Override
  public List<CheckpointTrace> traces() {
    return source.traces();
  }

  @Override
  public boolean hasLeftNothing() {
    return source.hasLeftNothing();
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
