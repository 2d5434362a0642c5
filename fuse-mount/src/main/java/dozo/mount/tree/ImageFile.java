package dozo.mount.tree;

import dozo.mount.fs.NodeAttributes;
import dozo.mount.fs.OpenFile;
import dozo.mount.image.DiskImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A disk, or a configuration file, as an image. Its size may follow from where the disk holds data,
 * so the image is laid out when size or content are first asked for, and kept.
 *
 * <p>Safe for use by many threads.
 */
final class ImageFile implements ImmutableFile {
  /** Lays the image out, and opens the disk for it if it has to be asked anything. */
  @FunctionalInterface
  interface LayOut {
    DiskImage image() throws IOException;
  }

  private final long inode;
  private final Instant modified;
  private final SharedDisk disk;
  private final LayOut layOut;
  private final ReentrantLock layingOut = new ReentrantLock();
  private volatile @Nullable DiskImage image;

  ImageFile(long inode, Instant modified, SharedDisk disk, LayOut layOut) {
    this.inode = inode;
    this.modified = modified;
    this.disk = disk;
    this.layOut = layOut;
  }

  @Override
  public long inode() {
    return inode;
  }

  @Override
  public NodeAttributes attributes() throws IOException {
    DiskImage known = image();
    return new NodeAttributes(known.sizeBytes(), known.allocatedBytes(), modified, false);
  }

  private DiskImage image() throws IOException {
    DiskImage known = image;
    if (known != null) {
      return known;
    }
    layingOut.lock();
    try {
      known = image;
      if (known == null) {
        known = layOut.image();
        image = known;
      }
      return known;
    } finally {
      layingOut.unlock();
    }
  }

  @Override
  public OpenFile open() throws IOException {
    DiskImage opened = image();
    return new Opened(opened, disk.lease());
  }

  private record Opened(DiskImage image, SharedDisk.Lease lease) implements OpenFile {
    @Override
    public long sizeBytes() {
      return image.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      image.read(offset, target);
    }

    @Override
    public void close() {
      lease.close();
    }
  }
}
