package dozo.vhdx.read;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;

/** A file of the local file system. */
final class FileByteSource implements ByteSource {

  private final String name;
  private final Object identity;
  private final FileChannel channel;

  private FileByteSource(String name, Object identity, FileChannel channel) {
    this.name = name;
    this.identity = identity;
    this.channel = channel;
  }

  static FileByteSource open(Path file) throws IOException {
    Path real = file.toRealPath();
    // Windows has no file keys; there two hard links of one file count as two.
    Object key = Files.readAttributes(real, BasicFileAttributes.class).fileKey();
    return new FileByteSource(
        file.toString(),
        Objects.requireNonNullElse(key, real),
        FileChannel.open(real, StandardOpenOption.READ));
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Object identity() {
    return identity;
  }

  @Override
  public long sizeBytes() throws IOException {
    return channel.size();
  }

  @Override
  public int read(long offset, ByteBuffer target) throws IOException {
    return channel.read(target, offset);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
