package dozo.repository.storage;

import dozo.format.Fault;
import dozo.format.NoSpaceException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The file system of this machine. */
public final class LocalFiles implements FileLayer {

  /** A file system with less room than this is full, whatever words it says so in. */
  private static final long FULL_BELOW_BYTES = 64 << 10;

  @Override
  public WritableFile create(Path file) throws IOException {
    try {
      return new LocalWritableFile(
          file, FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    } catch (IOException e) {
      throw explain(file, e);
    }
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new LocalReadableFile(file, channel, channel.size());
    } catch (IOException e) {
      channel.close();
      throw explain(file, e);
    }
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    try {
      Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw explain(to, e);
    }
  }

  @Override
  public boolean delete(Path file) throws IOException {
    return Files.deleteIfExists(file);
  }

  @Override
  public void createDirectory(Path directory) throws IOException {
    try {
      if (Files.getFileStore(parentOf(directory)).supportsFileAttributeView("posix")) {
        Files.createDirectory(
            directory,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
      } else {
        Files.createDirectory(directory);
      }
    } catch (IOException e) {
      throw explain(directory, e);
    }
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    } catch (IOException e) {
      throw explain(directory, e);
    }
  }

  @Override
  public List<Entry> list(Path directory) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (DirectoryStream<Path> stream = Files.newDirectoryStream(directory)) {
      for (Path path : stream) {
        BasicFileAttributes attributes;
        try {
          attributes =
              Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        } catch (NoSuchFileException e) {
          continue; // It was renamed or deleted since it was listed.
        }
        entries.add(new Entry(path, attributes.isDirectory(), attributes.size()));
      }
    }
    return entries;
  }

  private static Path parentOf(Path path) {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path : parent;
  }

  /** Puts the file's name into an exception that lacks it, and knows a full file system. */
  static IOException explain(Path file, IOException e) {
    if (e instanceof FileAlreadyExistsException || e instanceof NoSuchFileException) {
      return e;
    }
    String message = String.valueOf(e.getMessage());
    if (tellsNoSpace(message) || hasNoSpace(file)) {
      return new NoSpaceException(
          Fault.of("The file system is full")
              .file(file)
              .cure("free some space, or prune restore points; what was committed is safe"),
          e);
    }
    if (e instanceof FileSystemException) {
      return e;
    }
    IOException named = new IOException(file + ": " + message, e);
    return named;
  }

  private static boolean tellsNoSpace(String message) {
    String text = message.toLowerCase(Locale.ROOT);
    return text.contains("no space left") || text.contains("quota exceeded");
  }

  /** Looks at the file system itself, since the system's messages may be in any language. */
  private static boolean hasNoSpace(Path file) {
    try {
      return Files.getFileStore(parentOf(file)).getUsableSpace() < FULL_BELOW_BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  private record LocalReadableFile(Path file, FileChannel channel, long sizeBytes)
      implements ReadableFile {

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      long at = offset;
      while (target.hasRemaining()) {
        int read;
        try {
          read = channel.read(target, at);
        } catch (IOException e) {
          throw new IOException(file + ", offset " + at + ": " + e.getMessage(), e);
        }
        if (read < 0) {
          throw new EOFException(
              file + " ends at " + at + ", before offset " + (at + target.remaining()));
        }
        at += read;
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // Nothing was written through it, so nothing can have been lost.
      }
    }
  }
}
