package dozo.mount.tree;

import dozo.mount.fs.MountedFile;
import dozo.mount.fs.NodeAttributes;
import dozo.mount.fs.OpenFile;
import dozo.mount.fs.OpenWritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Clock;
import java.time.Instant;

/**
 * A disk that is written to. The overlay owns it; opening and closing the file cost nothing, but a
 * file that is closed is synced.
 *
 * <p>Safe for use by many threads.
 */
final class OverlaidFile implements MountedFile {
  private final long inode;
  private final OverlaidDisk disk;
  private final Clock clock;
  private volatile Instant modified;

  OverlaidFile(long inode, OverlaidDisk disk, Instant modified, Clock clock) {
    this.inode = inode;
    this.disk = disk;
    this.modified = modified;
    this.clock = clock;
  }

  @Override
  public long inode() {
    return inode;
  }

  @Override
  public NodeAttributes attributes() {
    long size = disk.overlay().sizeBytes();
    long beneath =
        disk.image().isPresent()
            ? disk.image().get().allocatedBytes()
            : disk.entry().map().dataBytes();
    return new NodeAttributes(size, Math.min(size, beneath), modified, true);
  }

  @Override
  public OpenFile open() {
    return new Opened(false);
  }

  @Override
  public OpenWritableFile openForWriting() {
    return new Opened(true);
  }

  private final class Opened implements OpenWritableFile {
    private final boolean forWriting;

    Opened(boolean forWriting) {
      this.forWriting = forWriting;
    }

    @Override
    public long sizeBytes() {
      return disk.overlay().sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      disk.overlay().read(offset, target);
    }

    @Override
    public void write(long offset, ByteBuffer source) throws IOException {
      disk.overlay().write(offset, source);
      modified = clock.instant();
    }

    @Override
    public void truncate(long sizeBytes) throws IOException {
      disk.overlay().truncate(sizeBytes);
      modified = clock.instant();
    }

    @Override
    public void force(boolean dataOnly) throws IOException {
      disk.overlay().force();
    }

    @Override
    public void close() throws IOException {
      if (forWriting) {
        disk.overlay().force();
      }
    }
  }
}
