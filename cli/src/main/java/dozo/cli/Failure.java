package dozo.cli;

import dozo.cli.config.ConfigException;
import dozo.cli.job.GroupFailedException;
import dozo.cli.job.HookException;
import dozo.cli.secret.SecretException;
import dozo.client.source.SourceChangedException;
import dozo.client.source.SourceException;
import dozo.client.source.SourceInconsistentException;
import dozo.client.source.SourceUnreadableException;
import dozo.format.AuthenticationFailedException;
import dozo.format.BaseMismatchException;
import dozo.format.ConnectionLostException;
import dozo.format.CorruptDataException;
import dozo.format.DozoException;
import dozo.format.ErrorCode;
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
import dozo.mount.fuse.MountException;
import java.io.IOException;
import java.net.BindException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * How a command failed, as it is told: one code and one message.
 *
 * @param code the exit code
 * @param message what happened, to what, and what to do now
 */
record Failure(ExitCode code, String message) {

  /** Makes of an exception what a person can use. */
  static Failure of(Throwable e) {
    return switch (e) {
      case DozoException known -> new Failure(codeOf(known), known.fault().toString());
      case SourceException source -> new Failure(codeOf(source), source.fault().toString());
      case MountException mount -> new Failure(ExitCode.NO_MOUNT, message(mount));
      case SecretException secret -> new Failure(ExitCode.WRONG_SECRET, message(secret));
      case ConfigException config -> new Failure(ExitCode.BAD_CONFIGURATION, message(config));
      case GroupFailedException group ->
          new Failure(
              of(group.reason()).code(), message(group) + ": " + of(group.reason()).message());
      case HookException hook -> new Failure(ExitCode.HOOK_FAILED, message(hook));
      case WaitsException waits -> new Failure(ExitCode.WAITS, message(waits));
      case CancellationException _ -> new Failure(ExitCode.INTERRUPTED, "Interrupted.");
      case BindException bind ->
          new Failure(
              ExitCode.ADDRESS_IN_USE,
              "Cannot listen: " + bind.getMessage() + ". What to do: choose another --listen.");
      case IOException io -> new Failure(codeOf(io), inWords(io));
      case IllegalArgumentException argument -> new Failure(ExitCode.USAGE, message(argument));
      case OutOfMemoryError memory ->
          new Failure(
              ExitCode.FAILURE,
              "Out of memory: "
                  + message(memory)
                  + ". What to do: give Java more, such as by DOZO_JAVA_OPTS=-Xmx2g; if it speaks of"
                  + " threads, raise their limit for this user or service.");
      case LinkageError broken ->
          new Failure(
              ExitCode.FAILURE,
              "A part of the program is missing or does not fit: "
                  + broken
                  + ". What to do: see what 'dozo doctor' says; where it finds nothing, install or"
                  + " build Dozo again.");
      default ->
          new Failure(
              ExitCode.FAILURE,
              "Something went wrong that should not have: "
                  + e
                  + ". What to do: run the command again with --debug and report what it prints.");
    };
  }

  private static ExitCode codeOf(DozoException e) {
    return switch (e) {
      case CorruptDataException _, MissingChunkException _ -> ExitCode.DAMAGED;
      case BaseMismatchException _ -> ExitCode.WRONG_CHANGES;
      case AuthenticationFailedException _ -> ExitCode.BAD_TOKEN;
      case UntrustedServerException _ -> ExitCode.WRONG_FINGERPRINT;
      case WrongKeyException _ -> ExitCode.WRONG_SECRET;
      case FormatTooNewException _ -> ExitCode.FORMAT_TOO_NEW;
      case RepositoryNotFoundException _ -> ExitCode.NO_REPOSITORY;
      case NotFoundException _ -> ExitCode.NOT_FOUND;
      case ForeignDirectoryException _, ForeignFileException _ -> ExitCode.FOREIGN_DIRECTORY;
      case RepositoryLockedException _ -> ExitCode.LOCKED;
      case NoSpaceException _ -> ExitCode.NO_SPACE;
      case ConnectionLostException _ -> ExitCode.UNREACHABLE;
      case RemoteException remote -> codeOf(remote.code());
    };
  }

  private static ExitCode codeOf(ErrorCode code) {
    return switch (code) {
      case UNAUTHENTICATED -> ExitCode.BAD_TOKEN;
      case FORBIDDEN -> ExitCode.FORBIDDEN;
      case NOT_FOUND -> ExitCode.NOT_FOUND;
      case VERSION -> ExitCode.FORMAT_TOO_NEW;
      case NO_SPACE -> ExitCode.NO_SPACE;
      case CORRUPT, MISSING_CHUNK -> ExitCode.DAMAGED;
      case BASE_MISMATCH -> ExitCode.WRONG_CHANGES;
      case SESSION_GONE -> ExitCode.UNREACHABLE;
      case BUSY, SHUTTING_DOWN, INTERNAL, GROUP_BROKEN -> ExitCode.REFUSED;
      case INVALID, TOO_LARGE, PROTOCOL -> ExitCode.FAILURE;
    };
  }

  private static ExitCode codeOf(SourceException e) {
    return switch (e) {
      case SourceUnreadableException _ -> ExitCode.SOURCE_UNREADABLE;
      case SourceChangedException _ -> ExitCode.SOURCE_CHANGED;
      case SourceInconsistentException _ -> ExitCode.INCONSISTENT;
    };
  }

  private static ExitCode codeOf(IOException e) {
    return isFull(e) ? ExitCode.NO_SPACE : ExitCode.FAILURE;
  }

  /** Java tells a full disk by the system's words only. */
  private static boolean isFull(IOException e) {
    String message = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return message != null
        && (message.contains("No space left on device")
            || message.contains("Disk quota exceeded")
            || message.contains("There is not enough space on the disk"));
  }

  private static String inWords(IOException e) {
    if (isFull(e)) {
      return "The file system is full" + file(e) + ". What to do: make room and start again.";
    }
    return switch (e) {
      case NoSuchFileException _ -> "There is no such file or directory" + file(e) + ".";
      case FileAlreadyExistsException _ -> "The file is there already" + file(e) + ".";
      case AccessDeniedException _ ->
          "Permission denied" + file(e) + ". What to do: run as a user who may do that.";
      default -> message(e);
    };
  }

  private static String file(IOException e) {
    return e instanceof FileSystemException file && file.getFile() != null
        ? ": " + file.getFile()
        : "";
  }

  private static String message(Throwable e) {
    @Nullable String message = e.getMessage();
    return message == null ? e.toString() : message;
  }
}
