package dozo.mount.trace;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.StreamSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory of boot traces of a host, a file for each disk of each VM, which only its owner may
 * read. Nothing in it is needed: it may be deleted at any time.
 *
 * <p>Safe for use by many threads and processes: files are replaced as a whole.
 */
public final class BootTraceStore {
  static final String SUFFIX = ".trace";

  /** How many disks are remembered; the ones not booted for longest are forgotten. */
  static final int MAX_TRACES = 1024;

  private static final Logger log = LoggerFactory.getLogger(BootTraceStore.class);

  private final Path directory;
  private final Clock clock;

  /** Uses a directory, which is made when there is something to keep. */
  public BootTraceStore(Path directory, Clock clock) {
    this.directory = directory;
    this.clock = clock;
  }

  /** Finds the trace of a disk. One that cannot be used is as good as none. */
  public Optional<BootTrace> find(TracedDisk disk) {
    Path file = directory.resolve(disk.fileName());
    try {
      return Optional.of(BootTraceFile.decode(read(file), disk, file));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      log.warn("a boot trace cannot be used, and is recorded anew: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private static ByteBuffer read(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      long size = channel.size();
      if (size > BootTraceFile.MAX_BYTES) {
        throw new IOException(file + " has " + size + " bytes, too many for a boot trace");
      }
      ByteBuffer bytes = ByteBuffer.allocate((int) size);
      while (bytes.hasRemaining() && channel.read(bytes) >= 0) {
        // Until all is there.
      }
      return bytes.flip();
    }
  }

  /** Keeps a trace instead of the one before. */
  void save(TracedDisk disk, BootTrace trace) throws IOException {
    Files.createDirectories(
        directory,
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Path unnamed = directory.resolve(".unnamed-" + UUID.randomUUID());
    try (FileChannel channel =
        FileChannel.open(
            unnamed,
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
      ByteBuffer bytes = BootTraceFile.encode(disk, trace, clock.instant());
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      // Not synced: what a power cut makes of it fails its checksum, and is recorded anew.
      Files.move(unnamed, directory.resolve(disk.fileName()), StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(unnamed);
    }
    forgetOldest();
  }

  private void forgetOldest() throws IOException {
    List<Path> traces;
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, "*" + SUFFIX)) {
      traces = StreamSupport.stream(files.spliterator(), false).toList();
    }
    if (traces.size() > MAX_TRACES) {
      List<Path> newestLast =
          traces.stream().sorted(Comparator.comparing(BootTraceStore::modified)).toList();
      for (Path file : newestLast.subList(0, traces.size() - MAX_TRACES)) {
        Files.deleteIfExists(file);
      }
    }
  }

  private static FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return FileTime.fromMillis(0); // Another process has just deleted it.
    }
  }
}
