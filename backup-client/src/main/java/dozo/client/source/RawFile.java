package dozo.client.source;

import dozo.format.Fault;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A file or block device whose bytes are the content, with its holes where the system tells them.
 *
 * <p>The JDK asks a block device for its size with {@code BLKGETSIZE64} in {@link
 * FileChannel#size}, so both are read alike.
 */
public final class RawFile implements FrozenContent, AutoCloseable {

  private final String name;
  private final Path path;
  private final FileChannel channel;
  private final FileStamp stamp;
  private final Optional<HoleMap> holes;

  private RawFile(
      String name, Path path, FileChannel channel, FileStamp stamp, Optional<HoleMap> holes) {
    this.name = name;
    this.path = path;
    this.channel = channel;
    this.stamp = stamp;
    this.holes = holes;
  }

  /**
   * Opens a file.
   *
   * @throws SourceUnreadableException if it is not there, may not be read, or is a directory
   */
  public static RawFile open(String name, Path path) throws IOException {
    if (Files.isDirectory(path)) {
      throw unreadable(
          "The source is a directory", path, "give a disk image, a device or a .vhdx file", null);
    }
    FileChannel channel;
    try {
      channel = FileChannel.open(path, StandardOpenOption.READ);
    } catch (NoSuchFileException e) {
      throw unreadable("The source is not there", path, "check the path", e);
    } catch (AccessDeniedException e) {
      throw unreadable(
          "The source may not be read by this user", path, "run as a user who may read it", e);
    } catch (IOException e) {
      throw unreadable(
          "The source cannot be opened (" + e.getMessage() + ")",
          path,
          "check that the file or device can be read",
          e);
    }
    try {
      return new RawFile(name, path, channel, FileStamp.of(channel, path), HoleMap.open(path));
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long sizeBytes() {
    return stamp.sizeBytes();
  }

  Path path() {
    return path;
  }

  @Override
  public Run runAt(long offset) throws IOException {
    if (holes.isEmpty()) {
      return Run.data(offset, sizeBytes());
    }
    return holes.get().runAt(offset, sizeBytes());
  }

  @Override
  public void read(long offset, ByteBuffer target) throws IOException {
    long at = offset;
    while (target.hasRemaining()) {
      int count;
      try {
        count = channel.read(target, at);
      } catch (IOException e) {
        throw new SourceUnreadableException(
            Fault.of("The source fails to read (" + e.getMessage() + ")")
                .file(path)
                .at(at)
                .cure("check the disk that holds it"),
            e);
      }
      if (count < 0) {
        verify();
        throw new SourceChangedException(
            Fault.of("The source ends early").file(path).at(at).cure(FileStamp.STAND_STILL));
      }
      at += count;
    }
  }

  /**
   * Compares the file with what it was when it was opened.
   *
   * @throws SourceChangedException if it was written to
   */
  public void verify() throws IOException {
    FileStamp now;
    try {
      now = FileStamp.of(channel, path);
    } catch (NoSuchFileException e) {
      throw new SourceChangedException(
          Fault.of("The source was removed while it was read")
              .file(path)
              .cure(FileStamp.STAND_STILL));
    }
    stamp.requireUnchanged(now, path);
  }

  @Override
  public void close() throws IOException {
    holes.ifPresent(HoleMap::close);
    channel.close();
  }

  private static SourceUnreadableException unreadable(
      String what, Path path, String cure, @Nullable IOException cause) {
    return new SourceUnreadableException(Fault.of(what).file(path).cure(cure), cause);
  }
}
