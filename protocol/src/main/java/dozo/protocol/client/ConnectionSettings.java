package dozo.protocol.client;

import dozo.protocol.ClientIdentity;
import dozo.protocol.Secret;
import dozo.protocol.ServerAddress;
import dozo.protocol.ServerTrust;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How to reach a server.
 *
 * @param address where it listens
 * @param trust how to know it; needed for TCP, not used for a Unix socket
 * @param identity what to show a server that asks for a certificate, over TCP
 * @param token what proves who we are; may be left out for a Unix socket
 * @param client what we are, for the server's log
 * @param connectTimeout how long connecting may take, handshakes included
 * @param answerTimeout how long the server may let a request wait without a word about it
 */
public record ConnectionSettings(
    ServerAddress address,
    @Nullable ServerTrust trust,
    @Nullable ClientIdentity identity,
    @Nullable Secret token,
    String client,
    Duration connectTimeout,
    Duration answerTimeout) {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

  /** Checks that nothing is missing. */
  public ConnectionSettings {
    if (address instanceof ServerAddress.Tcp && trust == null) {
      throw new IllegalArgumentException("A server on " + address + " needs a fingerprint or a CA");
    }
    if (address instanceof ServerAddress.Tcp && token == null) {
      throw new IllegalArgumentException("A server on " + address + " needs a token");
    }
  }

  /** Reaches a server over TLS, with the usual timeouts. */
  public static ConnectionSettings tcp(
      ServerAddress.Tcp address, ServerTrust trust, Secret token, String client) {
    return new ConnectionSettings(
        address, trust, null, token, client, CONNECT_TIMEOUT, ANSWER_TIMEOUT);
  }

  /** Reaches a server on this host as the user that we are, with the usual timeouts. */
  public static ConnectionSettings unix(Path socket, String client) {
    return new ConnectionSettings(
        new ServerAddress.Unix(socket), null, null, null, client, CONNECT_TIMEOUT, ANSWER_TIMEOUT);
  }

  /** Reaches the same server with another token. */
  public ConnectionSettings withToken(Secret value) {
    return new ConnectionSettings(
        address, trust, identity, value, client, connectTimeout, answerTimeout);
  }

  /** Reaches the same server with a certificate of our own, or without one. */
  public ConnectionSettings withIdentity(@Nullable ClientIdentity shown) {
    return new ConnectionSettings(
        address, trust, shown, token, client, connectTimeout, answerTimeout);
  }
}
