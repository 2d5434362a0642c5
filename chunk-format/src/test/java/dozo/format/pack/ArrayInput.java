package dozo.format.pack;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A pack in memory. */
public final class ArrayInput implements RangedInput {

  private final byte[] bytes;

  public ArrayInput(byte[] bytes) {
    this.bytes = bytes;
  }

  @Override
  public long sizeBytes() {
    return bytes.length;
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    if (offset < 0 || offset > bytes.length - target.remaining()) {
      throw new EOFException("No " + target.remaining() + " bytes at " + offset);
    }
    target.put(bytes, (int) offset, target.remaining());
  }
}
