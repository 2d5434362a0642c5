package dozo.mount.tree;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/**
 * A file on Linux for x86-64 that is read around the kernel's cache, so that each read reaches the
 * mount. Java's own option for that is no part of its supported interface.
 *
 * <p>For use by one thread.
 */
@SuppressWarnings("restricted") // the calls are declared as the C library has them
final class DirectFile implements AutoCloseable {

  private static final int READ_ONLY_DIRECT = 0x4000;
  private static final Linker LINKER = Linker.nativeLinker();
  private static final Linker.Option ERRNO = Linker.Option.captureCallState("errno");
  private static final StructLayout STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERROR =
      STATE.varHandle(StructLayout.PathElement.groupElement("errno"));
  private static final MethodHandle OPEN =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("open"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
          ERRNO,
          Linker.Option.firstVariadicArg(2));
  private static final MethodHandle READ =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("pread"),
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_LONG),
          ERRNO);
  private static final MethodHandle CLOSE =
      LINKER.downcallHandle(
          LINKER.defaultLookup().findOrThrow("close"),
          FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment state = arena.allocate(STATE);
  private final int descriptor;

  private DirectFile(Path path) throws IOException {
    MemorySegment name = arena.allocateFrom(path.toString());
    descriptor = (int) call(() -> (int) OPEN.invokeExact(state, name, READ_ONLY_DIRECT));
  }

  static DirectFile open(Path path) throws IOException {
    return new DirectFile(path);
  }

  /**
   * Fills the target from its position to its limit.
   *
   * @param offset where to read, aligned as blocks are
   * @param target direct memory, aligned as well
   */
  void read(long offset, ByteBuffer target) throws IOException {
    MemorySegment memory = MemorySegment.ofBuffer(target);
    long length = target.remaining();
    long read = call(() -> (long) READ.invokeExact(state, descriptor, memory, length, offset));
    if (read != length) {
      throw new IOException("A read of " + length + " bytes at " + offset + " brought " + read);
    }
    target.position(target.limit());
  }

  @FunctionalInterface
  private interface Call {
    long run() throws Throwable;
  }

  private long call(Call call) throws IOException {
    long result;
    try {
      result = call.run();
    } catch (Throwable e) {
      throw new IllegalStateException("A call of the C library failed", e);
    }
    if (result < 0) {
      throw new IOException("A call of the C library failed, errno " + (int) ERROR.get(state, 0L));
    }
    return result;
  }

  @Override
  public void close() {
    try {
      int _ = (int) CLOSE.invokeExact(descriptor);
    } catch (Throwable e) {
      throw new IllegalStateException("A call of the C library failed", e);
    } finally {
      arena.close();
    }
  }
}
