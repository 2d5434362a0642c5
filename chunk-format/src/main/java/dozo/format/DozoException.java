package dozo.format;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The world or the data is not as it has to be. A mistake of the caller is never one of these but
 * an {@link IllegalArgumentException} or {@link IllegalStateException}.
 *
 * <p>The family is closed, so that a command can give each kind its exit code and a server each
 * kind its reply in a {@code switch} that the compiler checks. It is an {@link IOException} because
 * whoever reads or writes has to expect both and treats them alike.
 */
public abstract sealed class DozoException extends IOException
    permits BaseMismatchException,
        CorruptDataException,
        MissingChunkException,
        AuthenticationFailedException,
        UntrustedServerException,
        WrongKeyException,
        FormatTooNewException,
        NotFoundException,
        RepositoryNotFoundException,
        ForeignDirectoryException,
        ForeignFileException,
        RepositoryLockedException,
        NoSpaceException,
        ConnectionLostException,
        RemoteException {

  private final transient Fault fault;

  DozoException(Fault fault, @Nullable Throwable cause) {
    super(fault.toString(), cause);
    this.fault = fault;
  }

  /** What there is to tell, in parts. The message is its text. */
  public final Fault fault() {
    return fault;
  }
}
