package dozo.client.hyperv;

import dozo.client.source.FrozenDisk;
import dozo.client.source.Run;
import dozo.client.source.TrackedChanges;
import dozo.format.manifest.DiskGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/**
 * A frozen disk, and why Hyper-V could not tell its changes.
 *
 * @param because counts only if nobody else can tell them
 */
record ExplainedDisk(FrozenDisk disk, Optional<String> because) implements FrozenDisk {

  @Override
  public Optional<TrackedChanges> changes() {
    return disk.changes();
  }

  @Override
  public Optional<String> wholeBecause() {
    return disk.changes().isPresent() ? Optional.empty() : because;
  }

  @Override
  public String name() {
    return disk.name();
  }

  @Override
  public long sizeBytes() {
    return disk.sizeBytes();
  }

  @Override
  public DiskGeometry geometry() {
    return disk.geometry();
  }

  @Override
  public Optional<UUID> identity() {
    return disk.identity();
  }

  @Override
  public Run runAt(long offset) throws IOException {
    return disk.runAt(offset);
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    disk.read(offset, target);
  }
}
