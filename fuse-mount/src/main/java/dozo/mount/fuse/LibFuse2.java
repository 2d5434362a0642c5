package dozo.mount.fuse;

import jnr.ffi.Pointer;
import jnr.ffi.annotations.IgnoreError;
import jnr.ffi.annotations.In;
import jnr.ffi.annotations.Out;
import jnr.ffi.byref.IntByReference;
import jnr.ffi.byref.PointerByReference;
import jnr.ffi.types.size_t;
import org.jspecify.annotations.Nullable;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * The functions of {@code libfuse.so.2} that a session loop of one's own needs. {@code fuse_new}
 * and {@code fuse_mount} are not among them: the library exports them in several incompatible
 * versions under one name, and looking them up by name can find an old one.
 */
public interface LibFuse2 {
  /** Parses options, mounts, and makes the session. Returns null if it could not. */
  @Nullable Pointer fuse_setup(
      int argc,
      @In String[] argv,
      FuseOperations operations,
      @size_t long operationsSize,
      @Out PointerByReference mountPoint,
      @Out IntByReference multithreaded,
      @Nullable Pointer userData);

  /** Unmounts if that has not happened, closes the device, and frees everything. */
  void fuse_teardown(Pointer fuse, Pointer mountPoint);

  Pointer fuse_get_session(Pointer fuse);

  Pointer fuse_session_next_chan(Pointer session, @Nullable Pointer previous);

  @size_t
  long fuse_chan_bufsize(Pointer channel);

  /**
   * Waits for a request. Returns its length, a negated errno, or 0 when the session has ended.
   *
   * @param channelCell a cell with the channel; libfuse may write to it
   */
  @IgnoreError
  int fuse_chan_recv(Pointer channelCell, Pointer buffer, @size_t long size);

  /** Runs the callback that a request is for, and sends the answer. */
  @IgnoreError
  void fuse_session_process(Pointer session, Pointer buffer, @size_t long length, Pointer channel);

  @IgnoreError
  int fuse_session_exited(Pointer session);

  void fuse_session_exit(Pointer session);
}
