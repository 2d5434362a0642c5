package dozo.mount.overlay;

import dozo.vhdx.read.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An overlaid image as the VHDX reader takes it.
 *
 * @param name for messages
 */
public record OverlayByteSource(String name, DiskOverlay disk) implements ByteSource {
  @Override
  public Object identity() {
    return disk;
  }

  @Override
  public long sizeBytes() {
    return disk.sizeBytes();
  }

  @Override
  public int read(long offset, ByteBuffer target) throws IOException {
    int count = Math.clamp(disk.sizeBytes() - offset, 0, target.remaining());
    if (count == 0) {
      return -1;
    }
    int limit = target.limit();
    target.limit(target.position() + count);
    try {
      disk.read(offset, target);
    } finally {
      target.limit(limit);
    }
    return count;
  }

  /** The overlay closes its disks. */
  @Override
  public void close() {}
}
