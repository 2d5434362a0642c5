package dozo.client.linux;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
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
      MemorySegment state = arena.allocate(LibC.STATE);
      long name = arena.allocateFrom(path).address();
      int descriptor = (int) LibC.call(LibC.OPEN, state, name, flags | CLOSE_ON_EXEC, 0, 0);
      return descriptor >= 0 ? descriptor : LibC.error(state);
    }
  }

  /** Makes a range read as zeros and gives its space back; returns whether that was possible. */
  public static boolean punchHole(int descriptor, long offset, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(LibC.STATE);
      return (int)
              LibC.call(LibC.FALLOCATE, state, descriptor, KEEP_SIZE_AND_PUNCH_HOLE, offset, length)
          == 0;
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
      MemorySegment state = arena.allocate(LibC.STATE);
      long found = LibC.call(LibC.LSEEK, state, descriptor, offset, what, 0);
      return found >= 0 ? found : LibC.error(state);
    }
  }

  /** Closes a descriptor. */
  public static void close(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      LibC.call(LibC.CLOSE, arena.allocate(LibC.STATE), descriptor, 0, 0, 0);
    }
  }

  /**
   * The functions of the C library; linked only where they are called, since Windows has none.
   *
   * <p>All are called in one form, with four long numbers: what links a form takes more time than
   * anything else that a small backup does. A function takes its arguments from the first of the
   * registers, and of an {@code int} the lower half, on x86-64 (System V) as on AArch64 (AAPCS64).
   */
  private static final class LibC {
    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final long ERRNO_OFFSET =
        STATE.byteOffset(MemoryLayout.PathElement.groupElement("errno"));

    private static final MemorySegment OPEN = find("open");
    private static final MemorySegment FALLOCATE = find("fallocate");
    private static final MemorySegment LSEEK = find("lseek");
    private static final MemorySegment CLOSE = find("close");
    private static final MethodHandle CALL = link();

    private LibC() {}

    /** Calls a function; the upper half of what one that returns an {@code int} returns is void. */
    static long call(
        MemorySegment function,
        MemorySegment state,
        long first,
        long second,
        long third,
        long fourth) {
      try {
        return (long) CALL.invokeExact(function, state, first, second, third, fourth);
      } catch (Throwable e) {
        throw rethrown(e);
      }
    }

    /** The negated error of a call that failed. */
    static int error(MemorySegment state) {
      return -state.get(ValueLayout.JAVA_INT, ERRNO_OFFSET);
    }

    /** A call into C throws nothing of its own, so whatever comes is an error of the JVM. */
    private static AssertionError rethrown(Throwable e) {
      if (e instanceof Error error) {
        throw error;
      }
      return new AssertionError(e);
    }

    private static MemorySegment find(String name) {
      return LINKER.defaultLookup().findOrThrow(name);
    }

    // The jar's manifest enables native access; there is nothing that Java itself offers instead.
    @SuppressWarnings("restricted")
    private static MethodHandle link() {
      return LINKER.downcallHandle(
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          Linker.Option.captureCallState("errno"));
    }
  }
}
