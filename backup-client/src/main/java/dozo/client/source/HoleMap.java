package dozo.client.source;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Optional;

/**
 * Where a file has no data, as Linux' {@code lseek} with {@code SEEK_DATA} and {@code SEEK_HOLE}
 * tells it: nothing of a hole has to be read. Java has no way to ask, so the C library is called.
 *
 * <p>May be used by several threads: the file position that {@code lseek} moves is this object's
 * own and nobody reads from it.
 */
final class HoleMap implements AutoCloseable {

  private static final int O_RDONLY_CLOEXEC = 0x80000;
  private static final int SEEK_DATA = 3;
  private static final int SEEK_HOLE = 4;

  /** There is no data from the offset on; not a failure. */
  private static final int ENXIO = 6;

  private final int descriptor;
  private boolean closed;

  /** The run that was found last, asked for again for each of its blocks. */
  private long knownFrom;

  private long knownTo;
  private boolean knownIsData;

  private HoleMap(int descriptor) {
    this.descriptor = descriptor;
  }

  /** Opens the map of a file; empty where the system or the file system keeps none. */
  static Optional<HoleMap> open(Path path) {
    if (!System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux")) {
      return Optional.empty();
    }
    int descriptor = LibC.open(path.toString(), O_RDONLY_CLOEXEC);
    if (descriptor < 0) {
      return Optional.empty();
    }
    HoleMap map = new HoleMap(descriptor);
    if (LibC.seek(descriptor, 0, SEEK_DATA) < 0 && LibC.lastError() != ENXIO) {
      map.close();
      return Optional.empty();
    }
    return Optional.of(map);
  }

  /**
   * Returns the run that covers an offset, from that offset on. The file is taken to stand still:
   * the system is asked once for each run, since some file systems look at every page of it.
   *
   * @param offset below the size
   * @param sizeBytes where the file ends
   */
  synchronized Run runAt(long offset, long sizeBytes) throws IOException {
    if (offset < knownFrom || offset >= knownTo) {
      long data = seek(offset, SEEK_DATA, sizeBytes);
      knownIsData = data <= offset;
      knownTo = knownIsData ? seek(offset, SEEK_HOLE, sizeBytes) : data;
      knownFrom = offset;
    }
    return knownIsData ? Run.data(offset, knownTo) : Run.zero(offset, knownTo);
  }

  private long seek(long offset, int whence, long sizeBytes) throws IOException {
    if (closed) {
      throw new IllegalStateException("The hole map is closed");
    }
    long found = LibC.seek(descriptor, offset, whence);
    if (found < 0) {
      int error = LibC.lastError();
      if (error != ENXIO) {
        throw new IOException("lseek failed with error " + error + " at offset " + offset);
      }
      return sizeBytes;
    }
    return Math.min(found, sizeBytes);
  }

  @Override
  public synchronized void close() {
    if (!closed) {
      closed = true;
      LibC.close(descriptor);
    }
  }

  /** The three functions of the C library, as POSIX.1-2024 declares them. */
  private static final class LibC {

    private static final Linker LINKER = Linker.nativeLinker();
    private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
    private static final VarHandle ERRNO_FIELD =
        Linker.Option.captureStateLayout()
            .varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final MethodHandle OPEN =
        function(
            "open",
            FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
            Linker.Option.firstVariadicArg(2));
    private static final MethodHandle LSEEK =
        function(
            "lseek",
            FunctionDescriptor.of(
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_INT),
            ERRNO);
    private static final MethodHandle CLOSE =
        function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

    /** What the thread's last seek left in errno. */
    private static final ThreadLocal<MemorySegment> STATE =
        ThreadLocal.withInitial(() -> Arena.ofAuto().allocate(Linker.Option.captureStateLayout()));

    private LibC() {}

    // The jar's manifest enables native access; there is nothing that Java itself offers instead.
    @SuppressWarnings("restricted")
    private static MethodHandle function(
        String name, FunctionDescriptor type, Linker.Option... options) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }

    static int open(String path, int flags) {
      try (Arena arena = Arena.ofConfined()) {
        return (int) OPEN.invokeExact(arena.allocateFrom(path), flags);
      } catch (Throwable e) {
        throw rethrown(e);
      }
    }

    static long seek(int descriptor, long offset, int whence) {
      try {
        return (long) LSEEK.invokeExact(STATE.get(), descriptor, offset, whence);
      } catch (Throwable e) {
        throw rethrown(e);
      }
    }

    static int lastError() {
      return (int) ERRNO_FIELD.get(STATE.get(), 0L);
    }

    static void close(int descriptor) {
      try {
        int ignored = (int) CLOSE.invokeExact(descriptor);
      } catch (Throwable e) {
        throw rethrown(e);
      }
    }

    /** A call into C throws nothing of its own, so whatever comes is an error of the JVM. */
    private static AssertionError rethrown(Throwable e) {
      if (e instanceof Error error) {
        throw error;
      }
      return new AssertionError(e);
    }
  }
}
