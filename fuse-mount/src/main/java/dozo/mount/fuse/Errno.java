package dozo.mount.fuse;

import dozo.format.NoSpaceException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.ReadOnlyFileSystemException;
import ru.serce.jnrfuse.ErrorCodes;

/** The error numbers that answers carry, negated as libfuse wants them. */
final class Errno {
  static final int NOT_FOUND = -ErrorCodes.ENOENT();
  static final int IO = -ErrorCodes.EIO();
  static final int IS_DIRECTORY = -ErrorCodes.EISDIR();
  static final int NOT_DIRECTORY = -ErrorCodes.ENOTDIR();
  static final int READ_ONLY = -ErrorCodes.EROFS();
  static final int DENIED = -ErrorCodes.EACCES();
  static final int NO_SPACE = -ErrorCodes.ENOSPC();
  static final int TOO_MANY_OPEN = -ErrorCodes.ENFILE();
  static final int INTERRUPTED = -ErrorCodes.EINTR();
  static final int TRY_AGAIN = -ErrorCodes.EAGAIN();

  private Errno() {}

  /** Translates what a tree threw. Whatever is not the caller's doing is an I/O error. */
  static int of(Throwable failure) {
    return switch (failure) {
      case NoSuchFileException _ -> NOT_FOUND;
      case AccessDeniedException _ -> DENIED;
      case ReadOnlyFileSystemException _ -> READ_ONLY;
      case NoSpaceException _ -> NO_SPACE;
      default -> IO;
    };
  }
}
