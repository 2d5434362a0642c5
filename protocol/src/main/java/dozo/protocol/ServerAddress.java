package dozo.protocol;

import java.nio.file.Path;

/** Where a server listens. */
public sealed interface ServerAddress {

  /** The port of servers that were not told another. */
  int DEFAULT_PORT = 8470;

  /** What the text of a Unix socket's address begins with. */
  String UNIX_PREFIX = "unix:";

  /**
   * A TCP port that speaks TLS.
   *
   * @param host a name or an address
   * @param port 1 to 65,535
   */
  record Tcp(String host, int port) implements ServerAddress {

    /** Checks the bounds. */
    public Tcp {
      if (host.isBlank() || host.length() > 255) {
        throw new IllegalArgumentException("A server's host is missing or too long");
      }
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException("A port is 1 to 65535, not " + port);
      }
    }

    /** Returns what {@link ServerAddress#parse} reads. */
    @Override
    public String toString() {
      return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
  }

  /**
   * A stream socket on this host, without TLS; the kernel vouches for both sides.
   *
   * @param socket the socket's file
   */
  record Unix(Path socket) implements ServerAddress {

    /** Returns what {@link ServerAddress#parse} reads. */
    @Override
    public String toString() {
      return UNIX_PREFIX + socket;
    }
  }

  /**
   * Reads {@code host}, {@code host:port}, {@code [v6 address]:port} or {@code unix:path}.
   *
   * @throws IllegalArgumentException if it is none of them
   */
  static ServerAddress parse(String text) {
    if (text.startsWith(UNIX_PREFIX)) {
      if (text.length() == UNIX_PREFIX.length()) {
        throw new IllegalArgumentException("The path after \"unix:\" is missing");
      }
      return new Unix(Path.of(text.substring(UNIX_PREFIX.length())));
    }
    int colon = text.lastIndexOf(':');
    boolean bracketed = text.startsWith("[");
    boolean hasPort = bracketed ? colon > text.indexOf(']') : colon >= 0;
    if (!bracketed && text.indexOf(':') != colon) {
      return new Tcp(text, DEFAULT_PORT);
    }
    String host = hasPort ? text.substring(0, colon) : text;
    if (bracketed) {
      if (!host.endsWith("]")) {
        throw new IllegalArgumentException("\"" + text + "\" lacks a closing bracket");
      }
      host = host.substring(1, host.length() - 1);
    }
    return new Tcp(host, hasPort ? parsePort(text, colon) : DEFAULT_PORT);
  }

  private static int parsePort(String text, int colon) {
    try {
      return Integer.parseInt(text.substring(colon + 1));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("\"" + text + "\" does not end in a port number", e);
    }
  }
}
