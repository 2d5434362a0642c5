package dozo.repository;

import dozo.repository.storage.FileLayer;
import dozo.repository.storage.LocalFiles;
import dozo.repository.storage.RoomReserve;
import java.security.SecureRandom;
import java.time.Clock;

/**
 * How a repository is opened.
 *
 * @param memoryBytes what may be held in memory besides the Bloom filter, which takes 1.5 to 4
 *     bytes a chunk: half of it for bytes taken in and not yet written, a quarter for pack
 *     directories, a quarter for map nodes; at least 32 MiB. Each stream that is being fed holds
 *     about 1.5 MiB more
 * @param threads how many threads compute
 * @param clock tells the time of restore points
 * @param random draws keys, nonces and ids
 * @param files the file system
 * @param reserve what backups leave free of it
 */
public record RepositoryOptions(
    long memoryBytes,
    int threads,
    Clock clock,
    SecureRandom random,
    FileLayer files,
    RoomReserve reserve) {

  private static final long MINIMUM_MEMORY_BYTES = 32L << 20;
  private static final long STANDARD_MEMORY_BYTES = 256L << 20;

  /** Checks the bounds. */
  public RepositoryOptions {
    if (memoryBytes < MINIMUM_MEMORY_BYTES) {
      throw new IllegalArgumentException(
          "A repository needs at least 32 MiB of memory, not " + memoryBytes + " bytes");
    }
    if (threads < 1) {
      throw new IllegalArgumentException("A repository needs at least 1 thread, not " + threads);
    }
  }

  /** 256 MiB, a thread for each core, the system's clock and randomness. */
  public static RepositoryOptions standard() {
    return new RepositoryOptions(
        STANDARD_MEMORY_BYTES,
        Runtime.getRuntime().availableProcessors(),
        Clock.systemUTC(),
        new SecureRandom(),
        new LocalFiles(),
        RoomReserve.STANDARD);
  }

  /** The same with another bound of memory. */
  public RepositoryOptions withMemoryBytes(long bytes) {
    return new RepositoryOptions(bytes, threads, clock, random, files, reserve);
  }

  /** The same with another number of threads. */
  public RepositoryOptions withThreads(int count) {
    return new RepositoryOptions(memoryBytes, count, clock, random, files, reserve);
  }

  /** The same with another clock. */
  public RepositoryOptions withClock(Clock other) {
    return new RepositoryOptions(memoryBytes, threads, other, random, files, reserve);
  }

  /** The same over another file layer. */
  public RepositoryOptions withFiles(FileLayer other) {
    return new RepositoryOptions(memoryBytes, threads, clock, random, other, reserve);
  }

  /** The same, leaving other room on the file system. */
  public RepositoryOptions withReserve(RoomReserve other) {
    return new RepositoryOptions(memoryBytes, threads, clock, random, files, other);
  }

  long ingestBytes() {
    return memoryBytes / 2;
  }

  long directoryBytes() {
    return memoryBytes / 4;
  }

  long nodeBytes() {
    return memoryBytes / 4;
  }
}
