package dozo.repository.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A real file layer that records what is asked of it, and fails where it is told to. */
public final class FaultyFiles implements FileLayer {

  /** What is done to files. */
  public enum Operation {
    CREATE,
    APPEND,
    SYNC,
    RENAME,
    DELETE,
    CREATE_DIRECTORY,
    SYNC_DIRECTORY,
    READ
  }

  /**
   * Something that was done, or was tried.
   *
   * @param path the file; of a renaming, the new name
   */
  public record Event(Operation operation, Path path) {

    /** Whether this was done to a file with that end of its name. */
    public boolean is(Operation asked, String suffix) {
      return operation == asked && path.toString().endsWith(suffix);
    }
  }

  /** Decides what fails. */
  @FunctionalInterface
  public interface Fault {

    /** Throws if the operation shall fail. */
    void check(Event event) throws IOException;
  }

  private final FileLayer files = new LocalFiles();
  private final List<Event> events = new ArrayList<>();
  private volatile Fault fault = event -> {};

  /** Fails from now on what the fault says. */
  public void failIf(Fault what) {
    fault = what;
  }

  /** What was done so far, but reading. */
  public synchronized List<Event> events() {
    return List.copyOf(events);
  }

  private void pass(Operation operation, Path path) throws IOException {
    Event event = new Event(operation, path);
    if (operation != Operation.READ) {
      synchronized (this) {
        events.add(event);
      }
    }
    fault.check(event);
  }

  @Override
  public WritableFile create(Path file) throws IOException {
    pass(Operation.CREATE, file);
    WritableFile created = files.create(file);
    return new WritableFile() {
      @Override
      public void append(ByteBuffer bytes) throws IOException {
        pass(Operation.APPEND, file);
        created.append(bytes);
      }

      @Override
      public void sync() throws IOException {
        pass(Operation.SYNC, file);
        created.sync();
      }

      @Override
      public void close() throws IOException {
        created.close();
      }
    };
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    ReadableFile opened = files.open(file);
    return new ReadableFile() {
      @Override
      public long sizeBytes() {
        return opened.sizeBytes();
      }

      @Override
      public void read(long offset, ByteBuffer target) throws IOException {
        pass(Operation.READ, file);
        opened.read(offset, target);
      }

      @Override
      public void close() {
        opened.close();
      }
    };
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    pass(Operation.RENAME, to);
    files.rename(from, to);
  }

  @Override
  public boolean delete(Path file) throws IOException {
    pass(Operation.DELETE, file);
    return files.delete(file);
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    pass(Operation.CREATE_DIRECTORY, directory);
    files.createDirectory(directory);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    pass(Operation.SYNC_DIRECTORY, directory);
    files.syncDirectory(directory);
  }

  @Override
  public List<Entry> list(Path directory) throws IOException {
    return files.list(directory);
  }
}
