package dozo.mount.fuse;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How to mount. Start from {@link #of} and change what differs.
 *
 * @param source what the table of mounts shows as the device, for people to recognise the mount by
 * @param writable whether files that offer it may be written to
 * @param allowOther whether users other than the one who mounts may look inside
 * @param owner whom the files belong to; null for the user who mounts
 * @param fileMode who may do what with files, as chmod(1) has it; files that cannot be written to
 *     and directories lack the bits that make no sense for them
 * @param allowNonEmpty whether a mount point with files in it is accepted; they are hidden
 *     meanwhile
 * @param forbiddenRoots directories that the mount point must neither lie in nor contain
 * @param threads how many threads serve requests, {@value #MIN_THREADS} to {@value #MAX_THREADS}
 * @param readAheadBytes how far the kernel reads ahead of a sequential reader; needs root and is
 *     left at the kernel's default without
 * @param attributeTimeout how long the kernel may answer from what it knows of names and
 *     attributes. Long, because what is mounted changes only through the mount itself
 */
public record MountOptions(
    String source,
    boolean writable,
    boolean allowOther,
    @Nullable FileOwner owner,
    int fileMode,
    boolean allowNonEmpty,
    List<Path> forbiddenRoots,
    int threads,
    int readAheadBytes,
    Duration attributeTimeout) {
  private static final int MAX_FILE_MODE = 0666;
  private static final int MIN_FILE_MODE = 0400;
  private static final int OWNER_ONLY = 0600;

  /** One thread is kept from reading and writing, so there must be another. */
  public static final int MIN_THREADS = 2;

  /** More only cost memory: each has a buffer for the largest request. */
  public static final int MAX_THREADS = 64;

  /** The longest read-ahead that is worth its page cache. */
  public static final int MAX_READ_AHEAD_BYTES = 16 << 20;

  /** Checks the bounds. */
  public MountOptions {
    if (source.isBlank()) {
      throw new IllegalArgumentException("source is blank");
    }
    if ((fileMode & ~MAX_FILE_MODE) != 0 || (fileMode & MIN_FILE_MODE) == 0) {
      throw new IllegalArgumentException(
          "fileMode is "
              + Integer.toOctalString(fileMode)
              + ", allowed are 400 to 666 without the right to execute");
    }
    if (threads < MIN_THREADS || threads > MAX_THREADS) {
      throw new IllegalArgumentException(
          "threads is " + threads + ", allowed are " + MIN_THREADS + " to " + MAX_THREADS);
    }
    if (readAheadBytes < 0 || readAheadBytes > MAX_READ_AHEAD_BYTES) {
      throw new IllegalArgumentException(
          "readAheadBytes is " + readAheadBytes + ", allowed are 0 to " + MAX_READ_AHEAD_BYTES);
    }
    if (attributeTimeout.isNegative()) {
      throw new IllegalArgumentException("attributeTimeout is negative: " + attributeTimeout);
    }
    forbiddenRoots = List.copyOf(forbiddenRoots);
  }

  /** Read-only, for the mounting user alone, on an empty directory. */
  public static MountOptions of(String source) {
    return new MountOptions(
        source, false, false, null, OWNER_ONLY, false, List.of(), 8, 1 << 20, Duration.ofHours(1));
  }

  /** Returns these options with another {@code writable}. */
  public MountOptions withWritable(boolean value) {
    return new MountOptions(
        source,
        value,
        allowOther,
        owner,
        fileMode,
        allowNonEmpty,
        forbiddenRoots,
        threads,
        readAheadBytes,
        attributeTimeout);
  }

  /** Returns these options with another {@code allowOther}. */
  public MountOptions withAllowOther(boolean value) {
    return new MountOptions(
        source,
        writable,
        value,
        owner,
        fileMode,
        allowNonEmpty,
        forbiddenRoots,
        threads,
        readAheadBytes,
        attributeTimeout);
  }

  /** Returns these options with another {@code owner}. */
  public MountOptions withOwner(FileOwner value) {
    return new MountOptions(
        source,
        writable,
        allowOther,
        value,
        fileMode,
        allowNonEmpty,
        forbiddenRoots,
        threads,
        readAheadBytes,
        attributeTimeout);
  }

  /** Returns these options with another {@code fileMode}. */
  public MountOptions withFileMode(int value) {
    return new MountOptions(
        source,
        writable,
        allowOther,
        owner,
        value,
        allowNonEmpty,
        forbiddenRoots,
        threads,
        readAheadBytes,
        attributeTimeout);
  }

  /** Returns these options with another {@code allowNonEmpty}. */
  public MountOptions withAllowNonEmpty(boolean value) {
    return new MountOptions(
        source,
        writable,
        allowOther,
        owner,
        fileMode,
        value,
        forbiddenRoots,
        threads,
        readAheadBytes,
        attributeTimeout);
  }

  /** Returns these options with other {@code forbiddenRoots}. */
  public MountOptions withForbiddenRoots(List<Path> value) {
    return new MountOptions(
        source,
        writable,
        allowOther,
        owner,
        fileMode,
        allowNonEmpty,
        value,
        threads,
        readAheadBytes,
        attributeTimeout);
  }

  /** Returns these options with another number of threads. */
  public MountOptions withThreads(int value) {
    return new MountOptions(
        source,
        writable,
        allowOther,
        owner,
        fileMode,
        allowNonEmpty,
        forbiddenRoots,
        value,
        readAheadBytes,
        attributeTimeout);
  }

  /** Returns these options with another {@code readAheadBytes}. */
  public MountOptions withReadAheadBytes(int value) {
    return new MountOptions(
        source,
        writable,
        allowOther,
        owner,
        fileMode,
        allowNonEmpty,
        forbiddenRoots,
        threads,
        value,
        attributeTimeout);
  }
}
