package dozo.mount.fuse;

import dozo.mount.fs.DirectoryEntry;
import dozo.mount.fs.FileSystemSpace;
import dozo.mount.fs.MountedDirectory;
import dozo.mount.fs.MountedFile;
import dozo.mount.fs.MountedFileSystem;
import dozo.mount.fs.MountedNode;
import dozo.mount.fs.OpenFile;
import dozo.mount.fs.OpenWritableFile;
import java.io.EOFException;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.Arrays;
import java.util.Optional;
import jnr.ffi.Memory;
import jnr.ffi.Pointer;
import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import jnr.ffi.provider.jffi.ClosureHelper;
import ru.serce.jnrfuse.FuseFillDir;
import ru.serce.jnrfuse.struct.FileStat;
import ru.serce.jnrfuse.struct.FuseFileInfo;
import ru.serce.jnrfuse.struct.Statvfs;

/**
 * Answers libfuse's callbacks from a {@link MountedFileSystem}.
 *
 * <p>Called by all threads of the session loop at once. Nothing that is thrown in here may reach
 * libfuse, which would answer 0 for it, and 0 means success or end of file.
 */
final class FileSystemCallbacks {
  private static final Runtime RUNTIME = Runtime.getSystemRuntime();

  /** Where {@code struct fuse_file_info} has its fields; decoding the struct makes garbage. */
  private static final long FLAGS;

  private static final long HANDLE;

  private static final int ACCESS_MODE = 3;
  private static final int OPEN_READ_ONLY = 0;

  static {
    FuseFileInfo layout = FuseFileInfo.of(Pointer.wrap(RUNTIME, 0L));
    FLAGS = layout.flags.offset();
    HANDLE = layout.fh.offset();
  }

  private final MountedFileSystem tree;
  private final OpenNodeTable openNodes;
  private final NodeStat stats;
  private final FailureLog failures;

  FileSystemCallbacks(
      MountedFileSystem tree, OpenNodeTable openNodes, NodeStat stats, FailureLog failures) {
    this.tree = tree;
    this.openNodes = openNodes;
    this.stats = stats;
    this.failures = failures;
  }

  /**
   * Returns the table for libfuse. It must stay reachable as long as the session lives; what is not
   * in it, libfuse refuses with ENOSYS.
   */
  OperationTable operations(boolean writable) {
    OperationTable operations = new OperationTable(RUNTIME);
    operations.getattr.set((path, stat) -> answer("getattr", () -> getattr(path, stat)));
    operations.fgetattr.set((path, stat, info) -> answer("fgetattr", () -> fgetattr(stat, info)));
    operations.opendir.set((path, info) -> answer("opendir", () -> opendir(path, info)));
    operations.releasedir.set((path, info) -> answer("releasedir", () -> release(info)));
    operations.readdir.set((path, buffer, filler, offset, info) ->
        answer("readdir", () -> readdir(buffer, filler, info)));
    operations.open.set((path, info) -> answer("open", () -> open(path, info)));
    operations.release.set((path, info) -> answer("release", () -> release(info)));
    operations.read.set((path, buffer, size, offset, info) ->
        answer("read", () -> read(buffer, size, offset, info)));
    operations.statfs.set((path, statvfs) -> answer("statfs", () -> statfs(statvfs)));
    if (writable) {
      operations.write.set((path, buffer, size, offset, info) ->
          answer("write", () -> write(buffer, size, offset, info)));
      operations.truncate.set((path, size) -> answer("truncate", () -> truncate(path, size)));
      operations.ftruncate.set(
          (path, size, info) -> answer("ftruncate", () -> ftruncate(size, info)));
      operations.fsync.set(
          (path, dataOnly, info) -> answer("fsync", () -> fsync(dataOnly != 0, info)));
      // What is mounted has no times of its own; copying tools set them and must not fail for it.
      operations.utimens.set((path, times) -> 0);
    }
    operations.omitPathsOfOpenFiles();
    return operations;
  }

  @FunctionalInterface
  private interface Callback {
    int call() throws IOException;
  }

  private int answer(String request, Callback callback) {
    try {
      return callback.call();
    } catch (Throwable failure) {
      int errno = Errno.of(failure);
      if (errno == Errno.IO) {
        failures.failed(request, failure);
      }
      return errno;
    }
  }

  private int getattr(String path, Pointer stat) throws IOException {
    Optional<MountedNode> node = find(path);
    if (node.isEmpty()) {
      return Errno.NOT_FOUND;
    }
    stats.fill(node.get(), FileStat.of(stat));
    return 0;
  }

  private int fgetattr(Pointer stat, Pointer info) throws IOException {
    stats.fill(openNode(info).node(), FileStat.of(stat));
    return 0;
  }

  private int opendir(String path, Pointer info) throws IOException {
    Optional<MountedNode> node = find(path);
    if (node.isEmpty()) {
      return Errno.NOT_FOUND;
    }
    if (!(node.get() instanceof MountedDirectory directory)) {
      return Errno.NOT_DIRECTORY;
    }
    return remember(new OpenNode.Directory(directory), info);
  }

  private int readdir(Pointer buffer, Pointer filler, Pointer info) throws IOException {
    if (!(openNode(info) instanceof OpenNode.Directory(MountedDirectory directory))) {
      return Errno.NOT_DIRECTORY;
    }
    ClosureHelper closures = ClosureHelper.getInstance();
    FuseFillDir fill =
        closures
            .getNativeConveter(FuseFillDir.class)
            .fromNative(filler, closures.getFromNativeContext());
    fill.apply(buffer, cString("."), null, 0);
    fill.apply(buffer, cString(".."), null, 0);
    FileStat stat = new FileStat(RUNTIME);
    stat.useMemory(Memory.allocateDirect(RUNTIME, Struct.size(stat), true));
    for (DirectoryEntry entry : directory.entries()) {
      stats.fillForListing(entry.node(), stat);
      if (fill.apply(buffer, cString(entry.name()), Struct.getMemory(stat), 0) != 0) {
        throw new IOException("libfuse has no memory for a listing at " + entry.name());
      }
    }
    return 0;
  }

  private int open(String path, Pointer info) throws IOException {
    Optional<MountedNode> node = find(path);
    if (node.isEmpty()) {
      return Errno.NOT_FOUND;
    }
    if (!(node.get() instanceof MountedFile file)) {
      return Errno.IS_DIRECTORY;
    }
    boolean reading = (info.getInt(FLAGS) & ACCESS_MODE) == OPEN_READ_ONLY;
    return remember(new OpenNode.File(file, reading ? file.open() : file.openForWriting()), info);
  }

  private int remember(OpenNode node, Pointer info) throws IOException {
    int number = openNodes.add(node);
    if (number < 0) {
      node.close();
      return Errno.TOO_MANY_OPEN;
    }
    info.putLong(HANDLE, number);
    return 0;
  }

  private int release(Pointer info) throws IOException {
    openNodes.remove(info.getLong(HANDLE)).close();
    return 0;
  }

  private int read(Pointer buffer, long size, long offset, Pointer info) throws IOException {
    OpenFile file = openFile(info);
    long available = file.sizeBytes() - offset;
    if (available <= 0) {
      return 0;
    }
    int length = (int) Math.min(size, available);
    ByteBuffer target = bytes(buffer, length);
    file.read(offset, target);
    if (target.hasRemaining()) {
      throw new EOFException(
          target.remaining() + " of " + length + " bytes missing at offset " + offset);
    }
    return length;
  }

  private int write(Pointer buffer, long size, long offset, Pointer info) throws IOException {
    int length = Math.toIntExact(size);
    ByteBuffer source = bytes(buffer, length).asReadOnlyBuffer();
    writable(info).write(offset, source);
    if (source.hasRemaining()) {
      throw new IOException(
          source.remaining() + " of " + length + " bytes not written at offset " + offset);
    }
    return length;
  }

  private int truncate(String path, long size) throws IOException {
    Optional<MountedNode> node = find(path);
    if (node.isEmpty()) {
      return Errno.NOT_FOUND;
    }
    if (!(node.get() instanceof MountedFile file)) {
      return Errno.IS_DIRECTORY;
    }
    try (OpenWritableFile open = file.openForWriting()) {
      open.truncate(size);
    }
    return 0;
  }

  private int ftruncate(long size, Pointer info) throws IOException {
    writable(info).truncate(size);
    return 0;
  }

  private int fsync(boolean dataOnly, Pointer info) throws IOException {
    if (openFile(info) instanceof OpenWritableFile file) {
      file.force(dataOnly);
    }
    return 0;
  }

  private int statfs(Pointer target) {
    FileSystemSpace space = tree.space();
    Statvfs statvfs = Statvfs.of(target);
    long block = 4096;
    statvfs.f_bsize.set(block);
    statvfs.f_frsize.set(block);
    statvfs.f_blocks.set(Math.ceilDiv(space.totalBytes(), block));
    statvfs.f_bfree.set(space.freeBytes() / block);
    statvfs.f_bavail.set(space.freeBytes() / block);
    statvfs.f_files.set(space.nodes());
    statvfs.f_ffree.set(0);
    statvfs.f_favail.set(0);
    statvfs.f_namemax.set(DirectoryEntry.MAX_NAME_BYTES);
    return 0;
  }

  private Optional<MountedNode> find(String path) throws IOException {
    MountedNode node = tree.root();
    for (int start = 1, end; start < path.length(); start = end + 1) {
      int slash = path.indexOf('/', start);
      end = slash < 0 ? path.length() : slash;
      if (!(node instanceof MountedDirectory directory)) {
        return Optional.empty();
      }
      Optional<MountedNode> child = directory.child(path.substring(start, end));
      if (child.isEmpty()) {
        return child;
      }
      node = child.get();
    }
    return Optional.of(node);
  }

  private OpenNode openNode(Pointer info) throws IOException {
    return openNodes.get(info.getLong(HANDLE));
  }

  private OpenFile openFile(Pointer info) throws IOException {
    if (openNode(info) instanceof OpenNode.File file) {
      return file.content();
    }
    throw new IOException("an open directory was used as a file");
  }

  private OpenWritableFile writable(Pointer info) throws IOException {
    if (openFile(info) instanceof OpenWritableFile file) {
      return file;
    }
    throw new ReadOnlyFileSystemException();
  }

  /** The native memory itself, valid until the callback returns. libfuse vouches for the length. */
  @SuppressWarnings("restricted")
  private static ByteBuffer bytes(Pointer memory, int length) {
    return MemorySegment.ofAddress(memory.address()).reinterpret(length).asByteBuffer();
  }

  private static ByteBuffer cString(String name) {
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.wrap(Arrays.copyOf(bytes, bytes.length + 1));
  }
}
