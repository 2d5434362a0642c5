package dozo.mount.overlay;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Copies a disk to real storage while a guest goes on writing to it: all of it once, then again and
 * again what was written meanwhile, and at the end, when no more is written, the rest. The copy
 * gets its name when it is whole and on stable storage.
 *
 * <p>For one thread, but for {@link #copiedBytes} and {@link #cancel}.
 */
public final class DiskCopy implements Closeable {
  private static final int BUFFER_BYTES = 1 << 20;

  private final DiskOverlay disk;
  private final Path target;
  private final Path part;
  private final FileChannel channel;
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
  private final AtomicLong copied = new AtomicLong();
  private volatile boolean cancelled;

  /**
   * Begins a copy.
   *
   * @param target a name that no file has
   */
  public DiskCopy(DiskOverlay disk, Path target) throws IOException {
    if (Files.exists(target)) {
      throw new FileAlreadyExistsException(target.toString());
    }
    this.disk = disk;
    this.target = target.toAbsolutePath();
    this.part = this.target.resolveSibling(this.target.getFileName() + ".dozo-part");
    this.channel =
        FileChannel.open(
            part,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
  }

  /** How much was written to the copy. */
  public long copiedBytes() {
    return copied.get();
  }

  /** Makes whatever copies throw a {@link CancellationException} soon, once its read has ended. */
  public void cancel() {
    cancelled = true;
  }

  /**
   * Copies everything but holes.
   *
   * @param at hears up to which offset of the disk that is done
   */
  public void copyAll(LongConsumer at) throws IOException {
    disk.writtenSinceLastAsked();
    long size = disk.sizeBytes();
    for (long next = disk.nextData(0, size); next < size; next = disk.nextData(next, size)) {
      next = copy(next, Math.min(size, (next / BUFFER_BYTES + 1) * BUFFER_BYTES));
      at.accept(next);
    }
  }

  /** Copies what was written since the last pass; returns how many bytes that was. */
  public long copyWritten() throws IOException {
    long bytes = 0;
    for (WrittenRange range : disk.writtenSinceLastAsked()) {
      for (long at = range.offset(); at < range.end(); ) {
        at = copy(at, Math.min(range.end(), at + BUFFER_BYTES));
      }
      bytes += range.end() - range.offset();
    }
    return bytes;
  }

  private long copy(long from, long to) throws IOException {
    // The disk may have been cut since it was asked for its size.
    long end = Math.min(to, disk.sizeBytes());
    if (end <= from) {
      return to;
    }
    read(from, end);
    for (long at = from; buffer.hasRemaining(); ) {
      at += channel.write(buffer, at);
    }
    copied.addAndGet(end - from);
    return end;
  }

  private void read(long from, long end) throws IOException {
    @Nullable IOException failure = null;
    try {
      disk.read(from, buffer.clear().limit((int) (end - from)));
    } catch (IOException e) {
      failure = e;
    }
    if (cancelled) {
      // A read may only have failed because whoever cancelled did not want to wait for it.
      throw (CancellationException) new CancellationException().initCause(failure);
    }
    if (failure != null) {
      throw failure;
    }
    buffer.flip();
  }

  /** Stops writes to the disk for good, copies the rest, and gives the copy its name. */
  public void finish() throws IOException {
    disk.freeze();
    disk.force();
    copyWritten();
    long size = disk.sizeBytes();
    if (channel.size() > size) {
      channel.truncate(size);
    } else if (channel.size() < size) {
      channel.write(ByteBuffer.allocate(1), size - 1);
    }
    channel.force(true);
    channel.close();
    Files.move(part, target, StandardCopyOption.ATOMIC_MOVE);
    try (FileChannel directory =
        FileChannel.open(target.resolveSibling("."), StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  /** Gives an unfinished copy up. */
  @Override
  public void close() throws IOException {
    if (channel.isOpen()) {
      channel.close();
      Files.deleteIfExists(part);
    }
  }
}
