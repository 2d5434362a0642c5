package dozo.cli.service;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.charset.StandardCharsets;

/**
 * Sends datagrams to a Unix socket, for which Java has no class: its channels know Unix sockets as
 * streams only.
 *
 * <p>Safe for use by several threads: each datagram goes through a socket of its own.
 */
final class DatagramSocket {

  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;

  /** {@code sun_path} of unix(7), which begins behind the family. */
  private static final int PATH_BYTES = 108;

  private static final int FAMILY_BYTES = 2;

  private static final MemoryLayout CALL_STATE = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      CALL_STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SOCKET =
      function(
          "socket",
          FunctionDescriptor.of(
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT,
              ValueLayout.JAVA_INT));
  private static final MethodHandle SENDTO =
      function(
          "sendto",
          FunctionDescriptor.of(
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_LONG,
              ValueLayout.JAVA_INT,
              ValueLayout.ADDRESS,
              ValueLayout.JAVA_INT));
  private static final MethodHandle CLOSE =
      function("close", FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));

  private final byte[] path;

  /**
   * Takes an address.
   *
   * @param path of a socket's file, or, after an {@code @}, a name of the abstract namespace
   * @throws IllegalArgumentException if it is nothing such, or too long
   */
  DatagramSocket(String path) {
    byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
    if (!(path.startsWith("/") || path.startsWith("@"))
        || bytes.length < 2
        || bytes.length >= PATH_BYTES) {
      throw new IllegalArgumentException("No address of a Unix socket: " + path);
    }
    if (bytes[0] == '@') {
      bytes[0] = 0;
    }
    this.path = bytes;
  }

  @SuppressWarnings("restricted") // What it needs is enabled in the jar's manifest.
  private static MethodHandle function(String name, FunctionDescriptor descriptor) {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow(name),
        descriptor,
        Linker.Option.captureCallState("errno"));
  }

  /** Sends one datagram. */
  void send(String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(CALL_STATE);
      int socket = (int) SOCKET.invokeExact(state, AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
      if (socket < 0) {
        throw failure("socket", state);
      }
      try {
        // A name of the abstract namespace ends where the address does, a path in a zero byte.
        int length = FAMILY_BYTES + path.length + (path[0] == 0 ? 0 : 1);
        MemorySegment address = arena.allocate(length);
        address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
        MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, FAMILY_BYTES, path.length);
        MemorySegment message = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
        long sent =
            (long)
                SENDTO.invokeExact(state, socket, message, (long) bytes.length, 0, address, length);
        if (sent != bytes.length) {
          throw failure("sendto", state);
        }
      } finally {
        int _ = (int) CLOSE.invokeExact(state, socket);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError("A native function throws nothing", e);
    }
  }

  private static IOException failure(String function, MemorySegment state) {
    return new IOException(function + " failed with errno " + (int) ERRNO.get(state, 0L));
  }
}
