package dozo.server.net;

import dozo.format.AuthenticationFailedException;
import dozo.format.BaseMismatchException;
import dozo.format.ConnectionLostException;
import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.ErrorCode;
import dozo.format.Fault;
import dozo.format.ForeignDirectoryException;
import dozo.format.ForeignFileException;
import dozo.format.FormatTooNewException;
import dozo.format.MissingChunkException;
import dozo.format.NoSpaceException;
import dozo.format.NotFoundException;
import dozo.format.RemoteException;
import dozo.format.RepositoryLockedException;
import dozo.format.RepositoryNotFoundException;
import dozo.format.UntrustedServerException;
import dozo.format.WrongKeyException;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.repository.ingest.GroupBrokenException;
import dozo.repository.ingest.RejectedClientException;
import dozo.server.lease.LeaseRefusedException;
import dozo.server.session.SessionRefusedException;
import dozo.server.session.StreamViolationException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a client is told of a fault: what it can do something about, and no path of the server's.
 */
final class Failures {

  private static final Logger log = LoggerFactory.getLogger(Failures.class);
  private static final int MAXIMUM_MESSAGE = 2_000;

  private Failures() {}

  /** The fault as the protocol tells it. One of the server's own is logged. */
  static Failure of(Throwable cause) {
    return switch (cause) {
      case DozoException fault -> of(fault);
      case StreamViolationException violation -> failure(violation.code(), violation.getMessage());
      case RejectedClientException rejected -> failure(ErrorCode.PROTOCOL, rejected.getMessage());
      case GroupBrokenException broken -> failure(ErrorCode.GROUP_BROKEN, broken.getMessage());
      case LeaseRefusedException refused -> failure(refused.code(), refused.getMessage());
      case SessionRefusedException refused -> failure(refused.code(), refused.getMessage());
      case IllegalArgumentException invalid -> failure(ErrorCode.INVALID, invalid.getMessage());
      default -> {
        log.error("A request failed", cause);
        yield failure(ErrorCode.INTERNAL, "The server failed; its log says how");
      }
    };
  }

  private static Failure of(DozoException fault) {
    return switch (fault) {
      case NoSpaceException _ -> failure(ErrorCode.NO_SPACE, text(fault));
      case MissingChunkException _ -> failure(ErrorCode.MISSING_CHUNK, text(fault));
      case BaseMismatchException _ -> failure(ErrorCode.BASE_MISMATCH, text(fault));
      case NotFoundException _ -> failure(ErrorCode.NOT_FOUND, text(fault));
      case AuthenticationFailedException _ -> failure(ErrorCode.UNAUTHENTICATED, text(fault));
      case CorruptDataException _, FormatTooNewException _, ForeignFileException _ -> {
        log.error("Stored data cannot be read", fault);
        yield failure(ErrorCode.CORRUPT, text(fault));
      }
      case RepositoryNotFoundException _,
          ForeignDirectoryException _,
          RepositoryLockedException _,
          WrongKeyException _,
          UntrustedServerException _,
          ConnectionLostException _,
          RemoteException _ -> {
        log.error("A request failed", fault);
        yield failure(ErrorCode.INTERNAL, "The server failed; its log says how");
      }
    };
  }

  private static String text(DozoException exception) {
    Fault fault = exception.fault();
    return new Fault(
            fault.what(),
            fault.object(),
            null,
            fault.offset(),
            fault.expected(),
            fault.actual(),
            fault.cure())
        .toString();
  }

  static Failure failure(ErrorCode code, @Nullable String message) {
    String text = message == null ? code.word() : message;
    return new Failure(
        code, text.substring(0, Math.min(text.length(), MAXIMUM_MESSAGE)), retry(code));
  }

  private static boolean retry(ErrorCode code) {
    return switch (code) {
      case BUSY, NO_SPACE, SHUTTING_DOWN, INTERNAL -> true;
      case UNAUTHENTICATED,
          FORBIDDEN,
          NOT_FOUND,
          INVALID,
          TOO_LARGE,
          PROTOCOL,
          VERSION,
          CORRUPT,
          MISSING_CHUNK,
          BASE_MISMATCH,
          SESSION_GONE,
          GROUP_BROKEN ->
          false;
    };
  }
}
