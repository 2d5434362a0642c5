package dozo.mount.tree;

import dozo.mount.fs.NodeAttributes;
import dozo.mount.fs.OpenFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/** The bytes of a disk or of a configuration file as they are. */
record RawFile(long inode, SharedDisk disk, long dataBytes, Instant modified)
    implements ImmutableFile {
  @Override
  public NodeAttributes attributes() {
    return new NodeAttributes(disk.sizeBytes(), dataBytes, modified, false);
  }

  @Override
  public OpenFile open() throws IOException {
    return new Opened(disk, disk.lease());
  }

  private record Opened(SharedDisk disk, SharedDisk.Lease lease) implements OpenFile {
    @Override
    public long sizeBytes() {
      return disk.sizeBytes();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      disk.read(offset, target);
    }

    @Override
    public void close() {
      lease.close();
    }
  }
}
