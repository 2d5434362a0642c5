package dozo.repository.storage;

import dozo.format.Fault;
import dozo.format.NoSpaceException;
import dozo.repository.storage.FileLayer.Space;
import java.io.IOException;
import java.nio.file.Path;

/**
 * How much more may be stored. Sessions begin while more than the reserve is free. Those that run
 * may use half of it, so that most of them end well; the other half is for pruning and sweeping,
 * which write little before they free much.
 *
 * <p>Safe for use by several threads.
 */
public final class Room {

  private static final String CURE =
      "forget restore points with 'dozo prune', then give their space back with 'dozo sweep', or"
          + " make the file system larger; what was committed is safe and can be read";

  private final FileLayer files;
  private final Path directory;
  private final RoomReserve reserve;

  /** Looks at the file system of a directory. */
  public Room(FileLayer files, Path directory, RoomReserve reserve) {
    this.files = files;
    this.directory = directory;
    this.reserve = reserve;
  }

  /**
   * Checks that a session may begin.
   *
   * @throws NoSpaceException if no more than the reserve is free
   */
  public void requireForSession() throws IOException {
    Space space = files.space(directory);
    long kept = reserve.bytes(space.totalBytes());
    if (space.usableBytes() < kept) {
      throw full(
          "No session can begin, because the repository's file system is nearly full", kept, space);
    }
  }

  /**
   * Checks that a running session may begin a pack.
   *
   * @throws NoSpaceException if no more than half the reserve is free
   */
  public void requireForPack() throws IOException {
    Space space = files.space(directory);
    long kept = reserve.bytes(space.totalBytes()) / 2;
    if (space.usableBytes() < kept) {
      throw full(
          "Nothing more is stored, because the repository's file system is full but for"
              + " what is kept for pruning and sweeping",
          kept,
          space);
    }
  }

  private NoSpaceException full(String what, long kept, Space space) {
    return new NoSpaceException(
        Fault.of(what)
            .file(directory)
            .expected(kept + " free bytes of " + space.totalBytes())
            .actual(space.usableBytes())
            .cure(CURE));
  }

  /** Whether a sweep may write so much before it frees anything. */
  public boolean hasFor(long bytes) throws IOException {
    Space space = files.space(directory);
    return space.usableBytes() - bytes >= reserve.bytes(space.totalBytes()) / 4;
  }

  /** Whether no session may begin. */
  public boolean isShort() throws IOException {
    return level().isShort();
  }

  /** How full the file system is. */
  public RoomLevel level() throws IOException {
    Space space = files.space(directory);
    return new RoomLevel(
        space.totalBytes(), space.usableBytes(), reserve.bytes(space.totalBytes()));
  }
}
