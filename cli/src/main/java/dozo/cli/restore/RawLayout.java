package dozo.cli.restore;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;

/**
 * The file is the disk.
 *
 * @param fileBytes the size of both
 */
public record RawLayout(long fileBytes) implements ImageLayout {

  @Override
  public String word() {
    return "raw";
  }

  @Override
  public void writeFrame(FileChannel file) {}

  @Override
  public void write(FileChannel file, long diskOffset, ByteBuffer bytes) throws IOException {
    ImageLayout.writeFully(file, diskOffset, bytes);
  }
}
