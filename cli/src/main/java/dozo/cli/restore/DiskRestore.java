package dozo.cli.restore;

import dozo.cli.read.DiskWindows;
import dozo.format.Fault;
import dozo.format.NoSpaceException;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes one disk to one file.
 *
 * <p>Used by one thread and once; {@link #cancel} may be called by any.
 */
public final class DiskRestore {

  private static final long JOURNAL_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final ChunkSource source;
  private final ImageLayout layout;
  private final String subject;
  private final Path target;
  private final Path part;
  private final Path journal;
  private volatile boolean cancelled;
  private volatile @Nullable DiskWindows windows;
  private long fetchedBytes;
  private long position;
  private long journalDueNanos = System.nanoTime() + JOURNAL_NANOS;

  /**
   * Prepares to restore.
   *
   * @param subject names restore point and disk, so that a file begun for another is not continued
   * @param target the file's name when it is whole
   */
  public DiskRestore(ChunkSource source, ImageLayout layout, String subject, Path target) {
    this.source = source;
    this.layout = layout;
    this.subject = subject + " " + layout.word();
    this.target = target;
    this.part = target.resolveSibling(target.getFileName() + ".dozo-part");
    this.journal = target.resolveSibling(target.getFileName() + ".dozo-journal");
  }

  /** The name of the file until it is whole. */
  public Path part() {
    return part;
  }

  /** Makes {@link #run} end soon; what was written stays for a later run. */
  public void cancel() {
    cancelled = true;
    DiskWindows current = windows;
    if (current != null) {
      current.cancel();
    }
  }

  /**
   * Restores, going on where an earlier run of the same subject ended.
   *
   * @param replace whether a file of the target's name may be replaced
   * @return the bytes that were fetched
   * @throws FileAlreadyExistsException if the target is there and may not be replaced
   * @throws CancellationException if it was cancelled
   */
  public long run(boolean replace, RestoreListener listener) throws IOException {
    if (!replace && Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    position = resumePosition();
    try (FileChannel file =
        FileChannel.open(
            part, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.READ)) {
      if (position == 0) {
        file.truncate(0);
        requireSpace();
        layout.writeFrame(file);
      }
      try {
        copy(file, listener);
      } catch (CancellationException e) {
        record(file);
        throw e;
      }
      extendTo(file, layout.fileBytes());
      file.force(true);
    }
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceDirectoryOf(target);
    Files.deleteIfExists(journal);
    return fetchedBytes;
  }

  private long resumePosition() throws IOException {
    return RestoreJournal.read(journal)
        .filter(entry -> entry.subject().equals(subject) && Files.isRegularFile(part))
        .map(RestoreJournal::position)
        .filter(resumed -> resumed <= source.sizeBytes())
        .orElse(0L);
  }

  private void requireSpace() throws IOException {
    long there = Files.getFileStore(part).getUsableSpace();
    if (there < source.dataBytes()) {
      throw new NoSpaceException(
          Fault.of("There is not enough room for the disk")
              .file(target)
              .expected(source.dataBytes() + " bytes")
              .actual(there + " bytes")
              .cure("make room, or restore to another file system"));
    }
  }

  private void copy(FileChannel file, RestoreListener listener) throws IOException {
    DiskWindows all = new DiskWindows(source, position, chunk -> true);
    windows = all;
    if (cancelled) {
      all.cancel();
    }
    all.run(
        chunks -> write(file, chunks),
        (end, bytes) -> {
          position = end;
          fetchedBytes += bytes;
          if (System.nanoTime() - journalDueNanos > 0) {
            record(file);
          }
          listener.progressed(position, fetchedBytes);
        });
  }

  private void write(FileChannel file, List<Extent> chunks) throws IOException {
    try {
      source.fetch(
          chunks,
          (index, plain) -> {
            try {
              layout.write(file, chunks.get(index).offset(), plain);
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private void record(FileChannel file) throws IOException {
    file.force(true);
    new RestoreJournal(subject, position).write(journal);
    journalDueNanos = System.nanoTime() + JOURNAL_NANOS;
  }

  private static void extendTo(FileChannel file, long size) throws IOException {
    if (file.size() < size) {
      file.write(ByteBuffer.allocate(1), size - 1);
    }
  }

  /** Makes the new name last. Windows knows no directories as files, and needs no such thing. */
  static void forceDirectoryOf(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory == null || System.getProperty("os.name").startsWith("Windows")) {
      return;
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
