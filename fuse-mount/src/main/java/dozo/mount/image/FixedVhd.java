package dozo.mount.image;

import dozo.format.disk.DiskReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/** A fixed VHD: the disk, and the footer behind it. */
final class FixedVhd implements DiskImage {
  private final DiskReader reader;
  private final long dataBytes;
  private final ByteBuffer footer;

  FixedVhd(DiskReader reader, long dataBytes, ByteBuffer footer) {
    this.reader = reader;
    this.dataBytes = dataBytes;
    this.footer = footer;
  }

  @Override
  public long sizeBytes() {
    return reader.sizeBytes() + footer.limit();
  }

  @Override
  public long allocatedBytes() {
    return dataBytes + footer.limit();
  }

  @Override
  public void read(long fileOffset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(fileOffset, target.remaining(), sizeBytes());
    long diskBytes = reader.sizeBytes();
    int limit = target.limit();
    int onDisk = (int) Math.clamp(diskBytes - fileOffset, 0L, (long) target.remaining());
    if (onDisk > 0) {
      target.limit(target.position() + onDisk);
      try {
        reader.read(fileOffset, target);
      } finally {
        target.limit(limit);
      }
    }
    if (target.hasRemaining()) {
      target.put(footer.slice((int) (fileOffset + onDisk - diskBytes), target.remaining()));
    }
  }

  @Override
  public Run placeOf(long diskOffset) {
    return new Run(diskOffset, reader.sizeBytes() - diskOffset);
  }

  @Override
  public Optional<Run> nextFrame(long fileOffset) {
    long at = Math.max(fileOffset, reader.sizeBytes());
    return at < sizeBytes() ? Optional.of(new Run(at, sizeBytes() - at)) : Optional.empty();
  }
}
