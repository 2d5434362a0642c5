package dozo.mount.nbd;

import java.nio.ByteBuffer;

/** A disk, read-only, whose every byte is what its offset says. */
record PatternExport(String name, long sizeBytes) implements NbdExport {

  static byte at(long offset) {
    return (byte) (offset * 31 + (offset >>> 12));
  }

  @Override
  public boolean isWritable() {
    return false;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    for (long at = offset; target.hasRemaining(); at++) {
      target.put(at(at));
    }
  }

  @Override
  public void write(long offset, ByteBuffer source) {
    throw new IllegalStateException("nobody may write");
  }

  @Override
  public void zero(long offset, long lengthBytes, boolean must) {
    throw new IllegalStateException("nobody may write");
  }

  @Override
  public void flush() {}

  @Override
  public long nextData(long offset, long end) {
    return offset;
  }

  @Override
  public long dataEnd(long offset, long end) {
    return end;
  }
}
