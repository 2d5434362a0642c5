package dozo.client.source;

import dozo.format.manifest.DiskGeometry;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.UUID;

/** A disk of which somebody knows what has changed. */
record TrackedDisk(OpenDisk disk, TrackedChanges known) implements OpenDisk {

  @Override
  public Optional<TrackedChanges> changes() {
    return Optional.of(known);
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

  @Override
  public Optional<String> mark() {
    return disk.mark();
  }

  @Override
  public void verify() throws IOException {
    disk.verify();
  }

  @Override
  public void close() throws IOException {
    disk.close();
  }
}
