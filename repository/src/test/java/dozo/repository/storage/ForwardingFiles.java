package dozo.repository.storage;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The file system of this machine, for tests that change some of what it does. */
class ForwardingFiles implements FileLayer {

  private final FileLayer files = new LocalFiles();

  @Override
  public WritableFile create(Path file) throws IOException {
    return files.create(file);
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    return files.open(file);
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    files.rename(from, to);
  }

  @Override
  public boolean delete(Path file) throws IOException {
    return files.delete(file);
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    files.createDirectory(directory);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    files.syncDirectory(directory);
  }

  @Override
  public List<Entry> list(Path directory) throws IOException {
    return files.list(directory);
  }
}
