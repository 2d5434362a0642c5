package dozo.mount.image;

import dozo.vhdx.Extent;
import dozo.vhdx.synth.VhdxImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.Optional;

/** A dynamic VHDX, as {@link dozo.vhdx.synth} lays it out. */
record DynamicVhdx(VhdxImage image) implements DiskImage {
  @Override
  public long sizeBytes() {
    return image.sizeBytes();
  }

  @Override
  public long allocatedBytes() {
    return image.allocatedBytes();
  }

  @Override
  public void read(long fileOffset, ByteBuffer target) throws IOException {
    Objects.checkFromIndexSize(fileOffset, target.remaining(), sizeBytes());
    image.read(fileOffset, target);
  }

  @Override
  public Run placeOf(long diskOffset) {
    int blockBytes = image.blockBytes();
    return new Run(image.fileOffsetOf(diskOffset), blockBytes - diskOffset % blockBytes);
  }

  @Override
  public Optional<Run> nextFrame(long fileOffset) throws IOException {
    long at = fileOffset;
    while (at < image.payloadOffset()) {
      Extent extent = image.extentAt(at);
      if (extent.kind() == Extent.Kind.DATA) {
        return Optional.of(new Run(at, Math.min(extent.end(), image.payloadOffset()) - at));
      }
      at = extent.end();
    }
    return Optional.empty();
  }
}
