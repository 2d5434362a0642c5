package dozo.repository.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * The file system of this machine without waiting for its disk: for tests that do much and in which
 * nothing crashes.
 */
public final class UnsyncedFiles extends ForwardingFiles {

  @Override
  public WritableFile create(Path file) throws IOException {
    WritableFile created = super.create(file);
    return new WritableFile() {
      @Override
      public void append(ByteBuffer bytes) throws IOException {
        created.append(bytes);
      }

      @Override
      public void sync() {}

      @Override
      public void close() throws IOException {
        created.close();
      }
    };
  }

  @Override
  public void syncDirectory(Path directory) {}
}
