package dozo.mount.fuse;

import dozo.mount.fs.MountedFile;
import dozo.mount.fs.NodeAttributes;
import dozo.mount.fs.OpenFile;
import dozo.mount.fs.OpenWritableFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.ReadOnlyFileSystemException;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** A file of any size in which every byte follows from its offset. */
class PatternFile implements MountedFile, OpenFile {
  static final Instant MODIFIED = Instant.ofEpochSecond(1_700_000_000, 123_000_000);

  final AtomicLong reads = new AtomicLong();
  final AtomicInteger open = new AtomicInteger();
  private final long inode;
  private final long sizeBytes;

  PatternFile(long inode, long sizeBytes) {
    this.inode = inode;
    this.sizeBytes = sizeBytes;
  }

  static byte at(long offset) {
    long word = (offset >> 3) * 0x9E3779B97F4A7C15L;
    word ^= word >>> 29;
    return (byte) (word >>> ((offset & 7) << 3));
  }

  static byte[] bytes(long offset, int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = at(offset + i);
    }
    return bytes;
  }

  @Override
  public long inode() {
    return inode;
  }

  @Override
  public NodeAttributes attributes() {
    return new NodeAttributes(sizeBytes, sizeBytes / 2, MODIFIED, false);
  }

  @Override
  public OpenFile open() {
    open.incrementAndGet();
    return this;
  }

  @Override
  public OpenWritableFile openForWriting() {
    throw new ReadOnlyFileSystemException();
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    reads.incrementAndGet();
    target.put(bytes(offset, target.remaining()));
  }

  @Override
  public void close() {
    open.decrementAndGet();
  }
}
