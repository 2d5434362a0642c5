package dozo.client.source;

import dozo.format.Fault;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * What can be told of a file without reading it: two equal stamps mean that nobody wrote to the
 * file in between, as far as its file system keeps times truthfully.
 *
 * <p>A block device has no such times; its stamp tells its size only.
 *
 * @param sizeBytes the file's size, or the device's
 * @param modified when it was last written to; null for a device
 * @param fileKey which file it is, where the file system has such a thing; null for a device
 */
record FileStamp(long sizeBytes, @Nullable FileTime modified, @Nullable Object fileKey) {

  /** Takes the stamp of an open file, which stands under that path. */
  static FileStamp of(FileChannel channel, Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return attributes.isRegularFile()
        ? new FileStamp(channel.size(), attributes.lastModifiedTime(), attributes.fileKey())
        : new FileStamp(channel.size(), null, null);
  }

  /** Takes the stamp of the file that stands under a path. */
  static FileStamp of(Path path) throws IOException {
    BasicFileAttributes attributes = Files.readAttributes(path, BasicFileAttributes.class);
    return attributes.isRegularFile()
        ? new FileStamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey())
        : new FileStamp(attributes.size(), null, null);
  }

  /** Whether the file is a device, of which nothing shows that it was written to. */
  boolean isDevice() {
    return modified == null;
  }

  /**
   * Compares with the stamp taken now.
   *
   * @throws SourceChangedException if anything differs
   */
  void requireUnchanged(FileStamp now, Path path) throws SourceChangedException {
    if (sizeBytes != now.sizeBytes) {
      throw new SourceChangedException(
          Fault.of("The source changed its size while it was read")
              .file(path)
              .expected(sizeBytes + " bytes")
              .actual(now.sizeBytes + " bytes")
              .cure(STAND_STILL));
    }
    if (!equals(now)) {
      throw new SourceChangedException(
          Fault.of("The source was written to while it was read")
              .file(path)
              .expected("last written " + modified)
              .actual("last written " + now.modified)
              .cure(STAND_STILL));
    }
  }

  /** What to do about a source that moves. */
  static final String STAND_STILL =
      "stop the VM, or give a snapshot or checkpoint of the disk, and start the backup again";
}
