package dozo.mount.tree;

import dozo.format.manifest.DiskEntry;
import dozo.format.manifest.RestorePoint;
import dozo.mount.fs.NodeAttributes;
import dozo.mount.fs.OpenFile;
import dozo.mount.image.VhdxImages;
import dozo.vhdx.synth.VhdxImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A disk as a VHDX file. Its size follows from where the disk holds data, so the image is laid out
 * when size or content are first asked for, and kept.
 *
 * <p>Safe for use by many threads.
 */
final class VhdxFile implements ImmutableFile {
  private final long inode;
  private final RestorePoint point;
  private final DiskEntry entry;
  private final SharedDisk disk;
  private final ReentrantLock layingOut = new ReentrantLock();
  private volatile @Nullable VhdxImage image;

  VhdxFile(long inode, RestorePoint point, DiskEntry entry, SharedDisk disk) {
    this.inode = inode;
    this.point = point;
    this.entry = entry;
    this.disk = disk;
  }

  @Override
  public long inode() {
    return inode;
  }

  @Override
  public NodeAttributes attributes() throws IOException {
    VhdxImage known = image();
    return new NodeAttributes(known.sizeBytes(), known.allocatedBytes(), point.created(), false);
  }

  private VhdxImage image() throws IOException {
    VhdxImage known = image;
    if (known != null) {
      return known;
    }
    layingOut.lock();
    try (SharedDisk.Lease _ = disk.lease()) {
      known = image;
      if (known == null) {
        known = VhdxImages.of(point.id(), entry, disk.whileLeased());
        image = known;
      }
      return known;
    } finally {
      layingOut.unlock();
    }
  }

  @Override
  public OpenFile open() throws IOException {
    VhdxImage opened = image();
    return new Opened(opened, disk.lease());
  }

  private record Opened(VhdxImage image, SharedDisk.Lease lease) implements OpenFile {
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
