package dozo.mount.nbd;

import java.io.IOException;
import java.net.Socket;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/**
 * How clients from elsewhere prove who they are, and how what is said is kept from others: by TLS
 * 1.3 or 1.2 (which the protocol's document demands) and a certificate of the client's own.
 *
 * <p>Safe for use by many threads.
 */
public final class NbdTls {
  private static final String[] VERSIONS = {"TLSv1.3", "TLSv1.2"};

  private final SSLContext context;

  /**
   * Takes what the server shows and whom it trusts.
   *
   * @param context the server's certificate and key, and the authorities of clients
   */
  public NbdTls(SSLContext context) {
    this.context = context;
  }

  /**
   * Shakes hands as the server.
   *
   * @throws IOException if the client has no certificate of a trusted authority
   */
  SSLSocket handshake(Socket plain) throws IOException {
    SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(plain, null, true);
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setProtocols(VERSIONS);
    parameters.setNeedClientAuth(true);
    parameters.setUseCipherSuitesOrder(true);
    socket.setSSLParameters(parameters);
    socket.startHandshake();
    return socket;
  }
}
