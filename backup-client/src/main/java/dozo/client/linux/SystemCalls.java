package dozo.client.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.util.Locale;

/**
 * What Linux can do with a file and Java cannot: hold a block device for oneself, punch holes, and
 * tell where data is. Numbers are those of x86-64 and AArch64.
 */
public final class SystemCalls {

  public static final int READ_ONLY = 0;
  public static final int READ_WRITE = 2;

  /** With a block device: fail if it is mounted or held, and keep others from doing so. */
  public static final int EXCLUSIVE = 0x80;

  /** The error of something that another holds. */
  public static final int BUSY = 16;

  /** The error of a search that finds nothing from its offset on. */
  public static final int NOTHING_THERE = 6;

  /** With {@link #seek}: where the next data begins. */
  public static final int DATA = 3;

  /** With {@link #seek}: where the next hole begins. */
  public static final int HOLE = 4;

  private static final int CLOSE_ON_EXEC = 0x80000;
  private static final int KEEP_SIZE_AND_PUNCH_HOLE = 3;

  private SystemCalls() {}

  /** Whether this is Linux. */
  public static boolean areThere() {
    return System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("linux");
  }

  /** Links what is called here, which takes a twentieth of a second on the first call. */
  public static void link() {
    if (areThere()) {
      close(-1);
    }
  }

  /** Opens a file; returns its descriptor, or the negated error. */
  public static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      int descriptor =
          (int) LibC.OPEN.invokeExact(state, arena.allocateFrom(path), flags | CLOSE_ON_EXEC);
      return descriptor >= 0 ? descriptor : -(int) LibC.ERRNO_FIELD.get(state, 0L);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** Makes a range read as zeros and gives its space back; returns whether that was possible. */
  public static boolean punchHole(int descriptor, long offset, long length) {
    try {
      return (int) LibC.FALLOCATE.invokeExact(descriptor, KEEP_SIZE_AND_PUNCH_HOLE, offset, length)
          == 0;
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /**
   * Finds data or a hole, and moves the descriptor's position there.
   *
   * @param what {@link #DATA} or {@link #HOLE}
   * @return the first offset of it from {@code offset} on, or the negated error
   */
  public static long seek(int descriptor, long offset, int what) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      long found = (long) LibC.LSEEK.invokeExact(state, descriptor, offset, what);
      return found >= 0 ? found : -(int) LibC.ERRNO_FIELD.get(state, 0L);
    } catch (Throwable e) {
      throw rethrown(e);
    }
  }

  /** Closes a descriptor. */
  public static void close(int descriptor) {
    try {
      int ignored = (int) LibC.CLOSE.invokeExact(descriptor);
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

  /** The functions of the C library; linked only where they are called, since Windows has none. */
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
            Linker.Option.firstVariadicArg(2),
            ERRNO);
    private static final MethodHandle FALLOCATE =
        function(
            "fallocate",
            FunctionDescriptor.of(
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_INT,
                ValueLayout.JAVA_LONG,
                ValueLayout.JAVA_LONG));
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

    private LibC() {}

    // The jar's manifest enables native access; there is nothing that Java itself offers instead.
    @SuppressWarnings("restricted")
    private static MethodHandle function(
        String name, FunctionDescriptor type, Linker.Option... options) {
      return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
    }
  }
}
