package dozo.mount.tree;

import dozo.mount.fs.NodeAttributes;
import dozo.mount.fs.OpenFile;
import java.nio.ByteBuffer;
import java.time.Instant;

/** A small file that is held in memory. */
final class BytesFile implements ImmutableFile, OpenFile {
  private final long inode;
  private final ByteBuffer content;
  private final Instant modified;

  BytesFile(long inode, byte[] content, Instant modified) {
    this.inode = inode;
    this.content = ByteBuffer.wrap(content).asReadOnlyBuffer();
    this.modified = modified;
  }

  @Override
  public long inode() {
    return inode;
  }

  @Override
  public NodeAttributes attributes() {
    return NodeAttributes.ofFile(sizeBytes(), modified);
  }

  @Override
  public OpenFile open() {
    return this;
  }

  @Override
  public long sizeBytes() {
    return content.capacity();
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    target.put(content.slice(Math.toIntExact(offset), target.remaining()));
  }

  @Override
  public void close() {}
}
