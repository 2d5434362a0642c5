package dozo.cli.restore;

import dozo.format.disk.ChunkSource;
import dozo.format.disk.DiskReader;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.List;

/** A disk of which only is asked where it holds data. A restore writes the bytes itself. */
record Outline(ChunkSource source) implements DiskReader {
  @Override
  public long sizeBytes() {
    return source.sizeBytes();
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    throw new UnsupportedOperationException("A layout has no bytes");
  }

  @Override
  public List<Extent> extents(long offset, int maximum) throws IOException {
    return source.extents(offset, maximum);
  }

  @Override
  public BitSet presence(int blockBytes, long firstBlock, int count) throws IOException {
    return source.presence(blockBytes, firstBlock, count);
  }

  /** The source is closed by whoever opened it. */
  @Override
  public void close() {}
}
