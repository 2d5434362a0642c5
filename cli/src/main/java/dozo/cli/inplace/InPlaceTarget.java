package dozo.cli.inplace;

import dozo.client.linux.SystemCalls;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A raw file or block device that is to become a disk of a restore point, and that nobody else uses
 * meanwhile: a device is held exclusively, which fails if it is mounted or part of another one; a
 * file is locked as a running virtual machine locks it, and must not be behind a loop device.
 *
 * <p>Safe for use by several threads in different places.
 */
public final class InPlaceTarget implements AutoCloseable {

  private static final int ZEROS = 1 << 20;
  private static final int NONE = -1;
  private static final int TYPE_MASK = 0xf000;
  private static final int BLOCK_DEVICE = 0x6000;

  private final Path path;
  private final FileChannel channel;

  /** For what Java cannot do; none on other systems than Linux. */
  private final int descriptor;

  private final boolean isDevice;

  private InPlaceTarget(Path path, FileChannel channel, int descriptor, boolean isDevice) {
    this.path = path;
    this.channel = channel;
    this.descriptor = descriptor;
    this.isDevice = isDevice;
  }

  /**
   * Opens a target.
   *
   * @param readOnly whether it is only to be looked at; it may be in use then
   * @throws IOException if it is not there, is neither file nor block device, or is in use
   */
  public static InPlaceTarget open(Path path, boolean readOnly) throws IOException {
    if (!Files.exists(path)) {
      throw new NoSuchFileException(path.toString());
    }
    boolean isDevice = isBlockDevice(path);
    if (!isDevice && !Files.isRegularFile(path)) {
      throw new FileSystemException(
          path.toString(), null, "it is neither a file nor a block device");
    }
    int descriptor = NONE;
    FileChannel channel = null;
    boolean opened = false;
    try {
      if (SystemCalls.areThere()) {
        descriptor = openDescriptor(path, isDevice, readOnly);
      }
      channel =
          readOnly
              ? FileChannel.open(path, StandardOpenOption.READ)
              : FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      if (!readOnly && !isDevice) {
        refuseLoopDevice(path);
        lock(path, channel);
      }
      opened = true;
      return new InPlaceTarget(path, channel, descriptor, isDevice);
    } finally {
      if (!opened) {
        close(channel, descriptor);
      }
    }
  }

  private static boolean isBlockDevice(Path path) throws IOException {
    return Files.getFileStore(path).supportsFileAttributeView("unix")
        && Files.getAttribute(path, "unix:mode") instanceof Integer mode
        && (mode & TYPE_MASK) == BLOCK_DEVICE;
  }

  private static int openDescriptor(Path path, boolean isDevice, boolean readOnly)
      throws IOException {
    int flags =
        (readOnly ? SystemCalls.READ_ONLY : SystemCalls.READ_WRITE)
            | (isDevice && !readOnly ? SystemCalls.EXCLUSIVE : 0);
    int descriptor = SystemCalls.open(path.toString(), flags);
    if (descriptor == -SystemCalls.BUSY) {
      throw inUse(path, "it is mounted, or part of another device");
    }
    // Every other error comes again, in words, when Java opens the file.
    return descriptor < 0 ? NONE : descriptor;
  }

  private static void lock(Path path, FileChannel channel) throws IOException {
    try {
      if (channel.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException e) {
      // This process holds it already, which is no better.
    }
    throw inUse(path, "another program has locked it");
  }

  private static void refuseLoopDevice(Path path) throws IOException {
    Path devices = Path.of("/sys/block");
    if (!Files.isDirectory(devices)) {
      return;
    }
    String real = path.toRealPath().toString();
    try (DirectoryStream<Path> loops = Files.newDirectoryStream(devices, "loop*")) {
      for (Path loop : loops) {
        Path backing = loop.resolve("loop/backing_file");
        if (Files.exists(backing, LinkOption.NOFOLLOW_LINKS)
            && Files.readString(backing).strip().equals(real)) {
          throw inUse(path, "it is behind /dev/" + loop.getFileName());
        }
      }
    }
  }

  private static FileSystemException inUse(Path path, String why) {
    return new FileSystemException(
        path.toString(),
        null,
        "The target is in use: " + why + ". What to do: shut the VM down, or unmount it");
  }

  /** Whether it is a block device, whose size cannot be changed. */
  public boolean isDevice() {
    return isDevice;
  }

  /** How long it is. */
  public long sizeBytes() throws IOException {
    return channel.size();
  }

  /** Makes a file longer, with a hole, or shorter. */
  public void resize(long sizeBytes) throws IOException {
    if (channel.size() > sizeBytes) {
      channel.truncate(sizeBytes);
    } else if (channel.size() < sizeBytes) {
      channel.write(ByteBuffer.allocate(1), sizeBytes - 1);
    }
  }

  /**
   * Reads bytes; those behind the end read as zeros, which is how {@link #resize} would have them.
   */
  void read(long offset, byte[] target, int length) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(target, 0, length);
    while (buffer.hasRemaining()) {
      if (channel.read(buffer, offset + buffer.position()) < 0) {
        if (offset + buffer.position() < channel.size()) {
          throw new EOFException("The target ends too early: " + path);
        }
        Arrays.fill(target, buffer.position(), length, (byte) 0);
        return;
      }
    }
  }

  /** Where the next byte may be that is not zero. */
  long nextData(long offset, long end) {
    if (descriptor == NONE || isDevice) {
      return offset;
    }
    long found = SystemCalls.seek(descriptor, offset, SystemCalls.DATA);
    if (found < 0) {
      return found == -SystemCalls.NOTHING_THERE ? end : offset;
    }
    return Math.min(found, end);
  }

  /** Writes all of the bytes. */
  void write(long offset, ByteBuffer bytes) throws IOException {
    long at = offset;
    while (bytes.hasRemaining()) {
      at += channel.write(bytes, at);
    }
  }

  /** Makes a range read as zeros; where the system can, its space is given back. */
  void zero(long offset, long length) throws IOException {
    if (descriptor != NONE && SystemCalls.punchHole(descriptor, offset, length)) {
      return;
    }
    ByteBuffer zeros = ByteBuffer.allocate((int) Math.min(ZEROS, length));
    for (long at = offset; at < offset + length; ) {
      int piece = (int) Math.min(zeros.capacity(), offset + length - at);
      write(at, zeros.clear().limit(piece));
      at += piece;
    }
  }

  /** Brings what was written to stable storage. */
  void force() throws IOException {
    channel.force(true);
  }

  @Override
  public String toString() {
    return path.toString();
  }

  @Override
  public void close() throws IOException {
    close(channel, descriptor);
  }

  /** Java's channel first: it holds the lock, which closing any descriptor of the file ends. */
  private static void close(@Nullable FileChannel channel, int descriptor) throws IOException {
    try {
      if (channel != null) {
        channel.close();
      }
    } finally {
      if (descriptor != NONE) {
        SystemCalls.close(descriptor);
      }
    }
  }
}
