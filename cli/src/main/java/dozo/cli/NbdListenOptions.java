package dozo.cli;

import dozo.mount.nbd.NbdTls;
import dozo.protocol.transport.JdkTls;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that say where disks are served by NBD, and to whom. */
final class NbdListenOptions {

  @Option(names = "--socket", paramLabel = "FILE", description = "Listen on a Unix socket.")
  private @Nullable Path socket;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Listen on a port of the loopback address; 0 chooses one.")
  private @Nullable Integer port;

  @Option(
      names = "--listen",
      paramLabel = "ADDRESS:PORT",
      description = "Listen on any address. All but loopback need the three options below.")
  private @Nullable String listen;

  @Option(
      names = "--certificate",
      paramLabel = "FILE",
      description = "Require TLS, and show this certificate (PEM, with those above it).")
  private @Nullable Path certificate;

  @Option(
      names = "--certificate-key",
      paramLabel = "FILE",
      description = "The key of the certificate (PEM, PKCS #8, no passphrase).")
  private @Nullable Path key;

  @Option(
      names = "--client-ca",
      paramLabel = "FILE",
      description = "Serve clients that have a certificate of this authority (PEM), no others.")
  private @Nullable Path clients;

  /**
   * Where to listen.
   *
   * @throws IllegalArgumentException if the options do not say one place
   */
  SocketAddress address() {
    if (Stream.of(socket, port, listen).filter(each -> each != null).count() != 1) {
      throw new IllegalArgumentException(
          "Say where to listen: --socket FILE, --port N or --listen ADDRESS:PORT");
    }
    if (socket != null) {
      return UnixDomainSocketAddress.of(socket);
    }
    return listen == null
        ? new InetSocketAddress(InetAddress.getLoopbackAddress(), port == null ? 0 : port)
        : parsed(listen);
  }

  private static InetSocketAddress parsed(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    boolean bracketed = host.startsWith("[") && host.endsWith("]");
    if (host.isEmpty() || (host.indexOf(':') >= 0 && !bracketed)) {
      throw new IllegalArgumentException(
          "--listen takes ADDRESS:PORT, or [ADDRESS]:PORT for IPv6, and not \"" + text + "\"");
    }
    try {
      InetSocketAddress address =
          new InetSocketAddress(
              bracketed ? host.substring(1, host.length() - 1) : host,
              Integer.parseInt(text.substring(colon + 1)));
      if (address.isUnresolved()) {
        throw new IllegalArgumentException("There is no address " + host);
      }
      return address;
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" does not end in a port number", e);
    }
  }

  /**
   * What clients have to use and prove; empty if nothing.
   *
   * @throws IllegalArgumentException if only some of it is given
   * @throws IOException if a file cannot be read, or certificate and key do not belong together
   */
  Optional<NbdTls> tls() throws IOException {
    if (certificate == null && key == null && clients == null) {
      if (address() instanceof InetSocketAddress tcp && !tcp.getAddress().isLoopbackAddress()) {
        throw new IllegalArgumentException(
            "NBD has no passwords, so on "
                + listen
                + " it needs TLS and clients with certificates: give --certificate, --certificate-key and"
                + " --client-ca, or listen on a Unix socket or loopback and use 'ssh -L'");
      }
      return Optional.empty();
    }
    if (certificate == null || key == null || clients == null) {
      throw new IllegalArgumentException(
          "TLS needs all three of --certificate, --certificate-key and --client-ca");
    }
    if (socket != null) {
      throw new IllegalArgumentException(
          "A Unix socket is its owner's alone and needs no TLS: leave --certificate, --certificate-key and"
              + " --client-ca out");
    }
    return Optional.of(new NbdTls(JdkTls.forServer(certificate, key, clients)));
  }
}
