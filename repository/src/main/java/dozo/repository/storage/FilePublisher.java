package dozo.repository.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives files their names, and is the one class that does. A file is written under {@code tmp/},
 * synced, renamed, and the directory that holds its name is synced: so a name stands for a whole
 * file or for none, also after a power cut.
 *
 * <p>Safe for use by several threads.
 */
public final class FilePublisher {

  private static final Logger log = LoggerFactory.getLogger(FilePublisher.class);

  private static final int COMPARED_BYTES = 64 << 10;

  private final FileLayer files;
  private final Path temporary;

  /** Held while names in a directory are changed and that is made durable. */
  private final Map<Path, ReentrantLock> changing = new ConcurrentHashMap<>();

  /**
   * Creates a publisher.
   *
   * @param temporary the directory for files that have no name yet, on the file system of the names
   */
  public FilePublisher(FileLayer files, Path temporary) {
    this.files = files;
    this.temporary = temporary;
  }

  /** Something that changes the names in a directory. */
  @FunctionalInterface
  public interface Change {

    /** Makes the change, on which nobody can rely yet; returns whether there was any. */
    boolean make() throws IOException;
  }

  /**
   * Changes names in a directory and makes that durable, in no more than one thread at a time. Were
   * another name changed before a sync that fails, a later sync that succeeds would say nothing of
   * it: the kernel tells of the failure once (Rebello et al., "Can Applications Recover from fsync
   * Failures?", USENIX ATC 2020).
   *
   * @return whether there was any
   * @throws IOException if the change or the sync fails
   */
  public boolean change(Path directory, Change change) throws IOException {
    ReentrantLock lock = changing.computeIfAbsent(directory, _ -> new ReentrantLock());
    lock.lock();
    try {
      boolean changed = change.make();
      if (changed) {
        files.syncDirectory(directory);
      }
      return changed;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Publishes a whole file, in place of one that may have its name.
   *
   * @throws IOException if it cannot be made durable; whether the name then stands for the old file
   *     or the new one, or for none if there was no old one, is unknown until the next start
   */
  public void publish(Path target, byte[] contents) throws IOException {
    try (Publication publication = begin(target)) {
      publication.append(ByteBuffer.wrap(contents));
      publication.publish();
    }
  }

  /**
   * Publishes a whole file under a name that no other has.
   *
   * @throws IOException if it cannot be made durable; the name then stands for nothing, or again
   *     for the whole file after a power cut
   */
  public void publishNew(Path target, byte[] contents) throws IOException {
    try (Publication publication = begin(target)) {
      publication.append(ByteBuffer.wrap(contents));
      publication.publishNew();
    }
  }

  /** Begins a file that is too large to be held in memory. */
  public Publication begin(Path target) throws IOException {
    Path unnamed = temporary.resolve(UUID.randomUUID() + ".tmp");
    return new Publication(target, unnamed, files.create(unnamed));
  }

  /**
   * Deletes what an earlier process left unfinished. Nobody may be publishing.
   *
   * @throws IOException if something there cannot be deleted
   */
  public void discardUnfinished() throws IOException {
    for (FileLayer.Entry entry : files.list(temporary)) {
      files.delete(entry.path());
      log.info("Deleted unfinished file path={} bytes={}", entry.path(), entry.sizeBytes());
    }
  }

  /**
   * A file without a name yet. Whoever closes it unpublished discards it.
   *
   * <p>For one thread at a time. After an exception nothing more can be done with it but closing.
   */
  public final class Publication implements AutoCloseable {

    private enum State {
      WRITING,
      BROKEN,
      PUBLISHED,
      CLOSED
    }

    private final Path target;
    private final Path unnamed;
    private final WritableFile file;
    private State state = State.WRITING;
    private long sizeBytes;

    private Publication(Path target, Path unnamed, WritableFile file) {
      this.target = target;
      this.unnamed = unnamed;
      this.file = file;
    }

    /** How many bytes have been appended. */
    public long sizeBytes() {
      return sizeBytes;
    }

    /** Appends the bytes from the buffer's position to its limit. */
    public void append(ByteBuffer bytes) throws IOException {
      requireWriting();
      state = State.BROKEN;
      int length = bytes.remaining();
      file.append(bytes);
      sizeBytes += length;
      state = State.WRITING;
    }

    /** Opens what has been appended. */
    ReadableFile readBack() throws IOException {
      return files.open(unnamed);
    }

    /** Whether what has been appended is what another file holds. */
    boolean isSameAs(ReadableFile other) throws IOException {
      try (ReadableFile mine = readBack()) {
        if (mine.sizeBytes() != other.sizeBytes()) {
          return false;
        }
        ByteBuffer left = ByteBuffer.allocate(COMPARED_BYTES);
        ByteBuffer right = ByteBuffer.allocate(COMPARED_BYTES);
        for (long at = 0; at < mine.sizeBytes(); at += left.limit()) {
          int length = (int) Math.min(COMPARED_BYTES, mine.sizeBytes() - at);
          mine.read(at, left.clear().limit(length));
          other.read(at, right.clear().limit(length));
          if (!left.flip().equals(right.flip())) {
            return false;
          }
        }
        return true;
      }
    }

    /** Gives the file its name. When this returns, file and name are on stable storage. */
    public void publish() throws IOException {
      requireWriting();
      state = State.BROKEN;
      file.sync();
      file.close();
      change(
          directoryOf(target),
          () -> {
            files.rename(unnamed, target);
            state = State.PUBLISHED;
            return true;
          });
    }

    /**
     * Gives the file a name that no other has. If the name cannot be made durable it is taken back:
     * a later process, before which it still stood, could not make it durable either.
     */
    public void publishNew() throws IOException {
      try {
        publish();
      } catch (IOException e) {
        if (state == State.PUBLISHED) {
          takeBack(e);
        }
        throw e;
      }
    }

    private void takeBack(IOException cause) {
      try {
        files.delete(target);
      } catch (IOException e) {
        cause.addSuppressed(e);
      }
    }

    private void requireWriting() {
      if (state != State.WRITING) {
        throw new IllegalStateException("The file for " + target + " is " + state);
      }
    }

    @Override
    public void close() {
      if (state == State.WRITING || state == State.BROKEN) {
        try {
          file.close();
          files.delete(unnamed);
        } catch (IOException e) {
          // It is rubbish, and the next start deletes it.
          log.warn("Could not delete unfinished file path={}", unnamed, e);
        }
      }
      state = State.CLOSED;
    }
  }

  private static Path directoryOf(Path file) {
    Path parent = file.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("A file is published in a directory, not as " + file);
    }
    return parent;
  }
}
