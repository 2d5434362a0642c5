package dozo.mount.fuse;

import dozo.mount.fs.MountedFile;
import dozo.mount.fs.NodeAttributes;
import dozo.mount.fs.OpenFile;
import dozo.mount.fs.OpenWritableFile;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** A small writable file that notes how it was written. */
final class MemoryFile implements MountedFile, OpenWritableFile {
  private final long inode;
  private byte[] content = new byte[0];
  private int largestWrite;
  private int forced;

  MemoryFile(long inode) {
    this.inode = inode;
  }

  synchronized byte[] content() {
    return content.clone();
  }

  synchronized int largestWrite() {
    return largestWrite;
  }

  synchronized int forced() {
    return forced;
  }

  @Override
  public long inode() {
    return inode;
  }

  @Override
  public synchronized NodeAttributes attributes() {
    return new NodeAttributes(content.length, content.length, PatternFile.MODIFIED, true);
  }

  @Override
  public OpenFile open() {
    return this;
  }

  @Override
  public OpenWritableFile openForWriting() {
    return this;
  }

  @Override
  public synchronized long sizeBytes() {
    return content.length;
  }

  @Override
  public synchronized void read(long offset, ByteBuffer target) {
    target.put(content, (int) offset, target.remaining());
  }

  @Override
  public synchronized void write(long offset, ByteBuffer source) {
    int end = (int) offset + source.remaining();
    largestWrite = Math.max(largestWrite, source.remaining());
    if (end > content.length) {
      content = Arrays.copyOf(content, end);
    }
    source.get(content, (int) offset, source.remaining());
  }

  @Override
  public synchronized void truncate(long sizeBytes) {
    content = Arrays.copyOf(content, (int) sizeBytes);
  }

  @Override
  public synchronized void force(boolean dataOnly) {
    forced++;
  }

  @Override
  public void close() {}
}
