package dozo.mount.overlay;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Random;

/** An image in memory: random bytes, and zeros in the third quarter. */
final class PatternImage implements BaseImage {
  private final byte[] content;

  PatternImage(int sizeBytes, long seed) {
    content = new byte[sizeBytes];
    new Random(seed).nextBytes(content);
    Arrays.fill(content, sizeBytes / 2, sizeBytes / 4 * 3, (byte) 0);
  }

  byte[] content() {
    return content.clone();
  }

  @Override
  public long sizeBytes() {
    return content.length;
  }

  @Override
  public void read(long offset, ByteBuffer target) {
    target.put(content, (int) offset, target.remaining());
  }

  @Override
  public long nextData(long offset, long end) {
    long at = offset;
    while (at < end && at < content.length && content[(int) at] == 0) {
      at++;
    }
    return at >= content.length ? end : at;
  }

  @Override
  public long dataEnd(long offset, long end) {
    return Math.min(end, content.length);
  }
}
