package dozo.cli.job;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * How many VMs are backed up at a time on this host, by all jobs together: as many files as there
 * are places, of which each backup holds one locked. A process that dies lets go of its own.
 *
 * <p>Safe for use by several threads.
 */
final class HostSlots {

  private static final long LOOK_MILLISECONDS = 250;

  private final Path directory;
  private final int count;

  /** One of the places, until it is closed. */
  record Slot(FileChannel channel, FileLock lock) implements AutoCloseable {
    @Override
    public void close() throws IOException {
      try (channel) {
        lock.release();
      }
    }
  }

  /**
   * Names the places.
   *
   * @param directory where their files are, made if need be
   */
  HostSlots(Path directory, int count) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.count = count;
  }

  /** Waits for a place; returns none only if it was given up. */
  Optional<Slot> take(BooleanSupplier givenUp) throws IOException {
    while (!givenUp.getAsBoolean()) {
      for (int i = 0; i < count; i++) {
        Optional<Slot> slot = tryTake(i);
        if (slot.isPresent()) {
          return slot;
        }
      }
      pause();
    }
    return Optional.empty();
  }

  private Optional<Slot> tryTake(int number) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve("slot-" + number),
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE);
    try {
      FileLock lock = channel.tryLock();
      if (lock != null) {
        return Optional.of(new Slot(channel, lock));
      }
    } catch (OverlappingFileLockException e) {
      // Another thread of this process has it.
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
    channel.close();
    return Optional.empty();
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (InterruptedIOException)
          new InterruptedIOException("Interrupted while waiting for a turn").initCause(e);
    }
  }
}
