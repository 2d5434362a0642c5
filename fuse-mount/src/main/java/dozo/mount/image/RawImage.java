package dozo.mount.image;

import dozo.format.disk.DiskReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;

/** The disk itself, without a frame. */
record RawImage(DiskReader reader, long allocatedBytes) implements DiskImage {
  @Override
  public long sizeBytes() {
    return reader.sizeBytes();
  }

  @Override
  public void read(long fileOffset, ByteBuffer target) throws IOException {
    reader.read(fileOffset, target);
  }

  @Override
  public Run placeOf(long diskOffset) {
    return new Run(diskOffset, sizeBytes() - diskOffset);
  }

  @Override
  public Optional<Run> nextFrame(long fileOffset) {
    return Optional.empty();
  }
}
