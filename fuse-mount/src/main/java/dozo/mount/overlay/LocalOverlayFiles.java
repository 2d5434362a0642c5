package dozo.mount.overlay;

import dozo.format.Fault;
import dozo.format.NoSpaceException;
import dozo.repository.storage.FileLayer;
import dozo.repository.storage.LocalFiles;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;

/** The file system of this machine. */
final class LocalOverlayFiles implements OverlayFiles {
  private static final FileLayer NAMES = new LocalFiles();

  @Override
  public BlockFile create(Path file) throws IOException {
    return new LocalFile(
        file,
        FileChannel.open(
            file,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))));
  }

  @Override
  public BlockFile open(Path file) throws IOException {
    return new LocalFile(
        file, FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE));
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    NAMES.rename(from, to);
  }

  @Override
  public void delete(Path file) throws IOException {
    Files.deleteIfExists(file);
  }

  @Override
  public void syncDirectory(Path directory) throws IOException {
    NAMES.syncDirectory(directory);
  }

  private record LocalFile(Path file, FileChannel channel) implements BlockFile {

    @Override
    public long sizeBytes() throws IOException {
      return channel.size();
    }

    @Override
    public void read(long offset, ByteBuffer target) throws IOException {
      long at = offset;
      while (target.hasRemaining()) {
        int count;
        try {
          count = channel.read(target, at);
        } catch (IOException e) {
          throw named(e, at);
        }
        if (count < 0) {
          throw new EOFException(
              file + " ends at " + at + ", before offset " + (at + target.remaining()));
        }
        at += count;
      }
    }

    @Override
    public void write(long offset, ByteBuffer source) throws IOException {
      long at = offset;
      try {
        while (source.hasRemaining()) {
          at += channel.write(source, at);
        }
      } catch (IOException e) {
        throw named(e, at);
      }
    }

    @Override
    public void sync() throws IOException {
      try {
        // The size is written with the data; times need not be.
        channel.force(false);
      } catch (IOException e) {
        throw named(e, -1);
      }
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }

    private IOException named(IOException e, long offset) {
      String message = String.valueOf(e.getMessage());
      String text = message.toLowerCase(Locale.ROOT);
      if (text.contains("no space left") || text.contains("quota exceeded")) {
        return new NoSpaceException(
            Fault.of("The file system of the overlay is full")
                .file(file)
                .cure("make room there; the guest may then go on"),
            e);
      }
      return new IOException(file + (offset < 0 ? "" : ", offset " + offset) + ": " + message, e);
    }
  }
}
