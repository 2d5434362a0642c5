package dozo.mount.fuse;

import jnr.ffi.Runtime;
import jnr.ffi.Struct;
import ru.serce.jnrfuse.struct.FuseOperations;

/**
 * libfuse's table of callbacks with its two flags, for which jnr-fuse has room but no setter. The
 * room can only be found from a subclass.
 */
final class OperationTable extends FuseOperations {
  /**
   * The bits {@code flag_nullpath_ok} and {@code flag_nopath} of {@code struct fuse_operations}.
   */
  private static final byte NO_PATHS_OF_OPEN_FILES = 0b11;

  OperationTable(Runtime runtime) {
    super(runtime);
  }

  /** Spares libfuse from finding the path of a file that is open, and us from decoding it. */
  void omitPathsOfOpenFiles() {
    Struct.getMemory(this).putByte(flag_nullpath_ok.offset(), NO_PATHS_OF_OPEN_FILES);
  }
}
