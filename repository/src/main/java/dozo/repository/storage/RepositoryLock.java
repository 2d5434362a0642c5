package dozo.repository.storage;

import dozo.format.Fault;
import dozo.format.RepositoryLockedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The operating system's lock on the file {@code lock}: one process may change a repository, or any
 * number may read it. A crash releases it, so that no lock is ever left behind.
 *
 * <p>POSIX has a trap: when a process closes any descriptor of a file, all its locks on that file
 * are gone. So a file that this process has locked is never opened a second time; a map of what is
 * held says so before.
 */
public final class RepositoryLock implements AutoCloseable {

  /** The locks that this process has, by the file's identity. */
  private static final Map<Object, Held> HELD = new HashMap<>();

  private final Held held;
  private boolean closed;

  private RepositoryLock(Held held) {
    this.held = held;
  }

  /**
   * Takes the lock of a process that changes the repository. The file is created if it is missing.
   *
   * @throws RepositoryLockedException if another has the repository open
   */
  public static RepositoryLock exclusive(Path path) throws IOException {
    if (!Files.exists(path)) {
      Files.createFile(path);
    }
    return take(path, true);
  }

  /**
   * Takes the lock of a process that only reads.
   *
   * @return empty if there is no lock file, as on a medium that was written for good
   * @throws RepositoryLockedException if a process that may change it has the repository open
   */
  public static Optional<RepositoryLock> shared(Path path) throws IOException {
    return Files.exists(path) ? Optional.of(take(path, false)) : Optional.empty();
  }

  private static RepositoryLock take(Path path, boolean exclusive) throws IOException {
    Object file = identity(path);
    synchronized (HELD) {
      Held held = HELD.get(file);
      if (held == null) {
        held = lock(path, file, exclusive);
        HELD.put(file, held);
      } else if (exclusive || held.exclusive) {
        throw locked(path, "this process");
      }
      held.holders++;
      return new RepositoryLock(held);
    }
  }

  private static Held lock(Path path, Object file, boolean exclusive) throws IOException {
    FileChannel channel =
        FileChannel.open(path, exclusive ? StandardOpenOption.WRITE : StandardOpenOption.READ);
    try {
      if (channel.tryLock(0, Long.MAX_VALUE, !exclusive) == null) {
        throw locked(path, holder(path));
      }
      return new Held(file, exclusive, channel);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static Object identity(Path path) throws IOException {
    Object key = Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    return key != null ? key : path.toRealPath();
  }

  private static RepositoryLockedException locked(Path path, @Nullable String by) {
    return new RepositoryLockedException(
        Fault.of("The repository is in use" + (by == null ? "" : " by " + by))
            .file(path)
            .cure(
                "stop what uses it, or ask it instead: a running server lists, verifies, restores"
                    + " and mounts"));
  }

  /** Asks the kernel who holds the lock, since the file itself stays empty. */
  private static @Nullable String holder(Path path) {
    try (Stream<String> lines = Files.lines(Path.of("/proc/locks"))) {
      String inode = ":" + Files.getAttribute(path, "unix:ino");
      return lines
          .map(line -> line.trim().split("\\s+"))
          .filter(fields -> fields.length > 5 && fields[5].endsWith(inode))
          .map(fields -> "process " + fields[4])
          .findFirst()
          .orElse(null);
    } catch (IOException | UnsupportedOperationException | IllegalArgumentException e) {
      return null; // Only the name of the holder is lost; the error stands without it.
    }
  }

  /** Releases the lock, once all who share it in this process have closed theirs. */
  @Override
  public void close() throws IOException {
    synchronized (HELD) {
      if (!closed && --held.holders == 0) {
        HELD.remove(held.file);
        held.channel.close();
      }
      closed = true;
    }
  }

  /** The kernel's lock, which closing its channel releases, and how many share it. */
  private static final class Held {

    private final Object file;
    private final boolean exclusive;
    private final FileChannel channel;
    private int holders;

    Held(Object file, boolean exclusive, FileChannel channel) {
      this.file = file;
      this.exclusive = exclusive;
      this.channel = channel;
    }
  }
}
