package dozo.protocol.client;

import dozo.format.AuthenticationFailedException;
import dozo.format.ConnectionLostException;
import dozo.format.DozoException;
import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.RemoteException;
import dozo.format.UntrustedServerException;
import dozo.protocol.ServerAddress;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.transport.FingerprintMismatchException;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.security.cert.CertificateException;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What goes wrong on a connection, as exceptions. */
final class Faults {

  /** How Netty names the system call that failed. */
  private static final Pattern SYSTEM_CALL =
      Pattern.compile("^\\w+\\(\\.\\.\\) failed with error\\(-?\\d+\\): ");

  /** The alerts of RFC 8446, section 6.2, that are about a client's certificate. */
  private static final Pattern CERTIFICATE_ALERT =
      Pattern.compile(
          "alert.*(certificate_required|(bad|unsupported)_certificate|unknown_ca"
              + "|certificate_(revoked|expired|unknown))",
          Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

  private Faults() {}

  /** What the server said. */
  static DozoException of(Failure failure) {
    String message = failure.message();
    // A fault's text ends with a full stop of its own.
    int end = message.endsWith(".") ? message.length() - 1 : message.length();
    Fault fault = Fault.of("The server says: " + message.substring(0, end));
    return switch (failure.code()) {
      case UNAUTHENTICATED ->
          new AuthenticationFailedException(
              fault.cure("give a token of this server; 'dozo token list' on its host shows them"));
      case NOT_FOUND -> new NotFoundException(fault);
      default -> new RemoteException(fault, failure.code(), failure.retry());
    };
  }

  /** The connection is of no more use. */
  static ConnectionLostException lost(ServerAddress address, String what) {
    return new ConnectionLostException(Fault.of(what).in("server " + address));
  }

  /** Why a connection could not be made, or broke. */
  static IOException of(ServerAddress address, Throwable cause) {
    for (Throwable each = cause; each != null; each = each.getCause()) {
      if (each instanceof DozoException known) {
        return known;
      }
      if (each instanceof FingerprintMismatchException mismatch) {
        return new UntrustedServerException(
            Fault.of("The server has another certificate than the one pinned")
                .in("server " + address)
                .expected("fingerprint " + mismatch.expected())
                .actual("fingerprint " + mismatch.actual())
                .cure("compare with what 'dozo server' prints at its start, and pin that"));
      }
      if (each instanceof SSLException
          && CERTIFICATE_ALERT.matcher(String.valueOf(each.getMessage())).find()) {
        return new AuthenticationFailedException(
            Fault.of("The server lets nobody in without a certificate that it trusts")
                .in("server " + address)
                .actual(String.valueOf(each.getMessage()))
                .cure(
                    "give a --client-certificate and its --client-key that one of the authorities"
                        + " signed which the server's tls.client-ca names"));
      }
      if (each instanceof CertificateException) {
        return new UntrustedServerException(
            Fault.of("The server's certificate is not trusted: " + each.getMessage())
                .in("server " + address),
            cause);
      }
    }
    if (cause instanceof SSLException) {
      return new ConnectionLostException(
          Fault.of("TLS failed: " + cause.getMessage()).in("server " + address), cause);
    }
    return new ConnectionLostException(
        Fault.of("The connection failed: " + reason(cause))
            .in("server " + address)
            .cure("see whether the server runs there, and whether its port can be reached"),
        cause);
  }

  private static String reason(Throwable cause) {
    if (cause instanceof ClosedChannelException) {
      return "it was cut";
    }
    @Nullable String said = cause.getMessage();
    return said == null ? cause.toString() : SYSTEM_CALL.matcher(said).replaceFirst("");
  }
}
