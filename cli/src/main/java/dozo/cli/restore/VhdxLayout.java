package dozo.cli.restore;

import dozo.vhdx.Extent;
import dozo.vhdx.synth.VhdxImage;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The file is a dynamic VHDX around the disk: the same file, byte for byte, that a mount shows.
 *
 * @param image says where what belongs
 */
public record VhdxLayout(VhdxImage image) implements ImageLayout {

  private static final int BUFFER_BYTES = 1 << 20;

  @Override
  public String word() {
    return "vhdx";
  }

  @Override
  public long fileBytes() {
    return image.sizeBytes();
  }

  @Override
  public void writeFrame(FileChannel file) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER_BYTES);
    for (long at = 0; at < image.payloadOffset(); ) {
      Extent extent = image.extentAt(at);
      long end = Math.min(extent.end(), image.payloadOffset());
      while (extent.kind() == Extent.Kind.DATA && at < end) {
        image.read(at, buffer.clear().limit((int) Math.min(BUFFER_BYTES, end - at)));
        int length = buffer.flip().remaining();
        ImageLayout.writeFully(file, at, buffer);
        at += length;
      }
      at = end;
    }
  }

  @Override
  public void write(FileChannel file, long diskOffset, ByteBuffer bytes) throws IOException {
    int blockBytes = image.blockBytes();
    int end = bytes.limit();
    long at = diskOffset;
    while (bytes.position() < end) {
      int length = (int) Math.min(end - bytes.position(), blockBytes - at % blockBytes);
      bytes.limit(bytes.position() + length);
      ImageLayout.writeFully(file, image.fileOffsetOf(at), bytes);
      bytes.limit(end);
      at += length;
    }
  }
}
