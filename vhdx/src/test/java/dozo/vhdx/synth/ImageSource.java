package dozo.vhdx.synth;

import dozo.vhdx.read.ByteSource;
import java.io.IOException;
import java.nio.ByteBuffer;

/** An image as a file for our own reader. */
final class ImageSource implements ByteSource {

  private final VhdxImage image;
  private int largestRead;

  ImageSource(VhdxImage image) {
    this.image = image;
  }

  int largestRead() {
    return largestRead;
  }

  @Override
  public String name() {
    return "image.vhdx";
  }

  @Override
  public Object identity() {
    return image;
  }

  @Override
  public long sizeBytes() {
    return image.sizeBytes();
  }

  @Override
  public int read(long offset, ByteBuffer target) throws IOException {
    largestRead = Math.max(largestRead, target.remaining());
    int count = image.read(offset, target);
    return count == 0 ? -1 : count;
  }

  @Override
  public void close() {}
}
