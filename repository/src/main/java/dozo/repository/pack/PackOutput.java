package dozo.repository.pack;

import dozo.repository.storage.PackStorage;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Gathers the bytes of a pack into large appends.
 *
 * <p>For one thread at a time; after an exception nothing more can be done with it but closing.
 */
final class PackOutput implements AutoCloseable {

  private final PackStorage.Upload upload;
  private final ByteBuffer buffer;

  /**
   * Writes to an object.
   *
   * @param buffer gathers the bytes, and is this output's until it is closed
   */
  PackOutput(PackStorage.Upload upload, ByteBuffer buffer) {
    this.upload = upload;
    this.buffer = buffer.clear();
  }

  void write(byte[] bytes, int length) throws IOException {
    int from = 0;
    while (from < length) {
      int step = Math.min(buffer.remaining(), length - from);
      buffer.put(bytes, from, step);
      from += step;
      if (!buffer.hasRemaining()) {
        flush();
      }
    }
  }

  PackStorage.Outcome publish() throws IOException {
    flush();
    return upload.publish();
  }

  private void flush() throws IOException {
    upload.append(buffer.flip());
    buffer.clear();
  }

  @Override
  public void close() {
    upload.close();
  }
}
