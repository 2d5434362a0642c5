package dozo.cli.server;

import dozo.cli.config.Section;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Where clients find a server.
 *
 * @param protocol where backups and mounts do
 * @param admin where the admin API is, if it is anywhere
 * @param unixSocket where clients on this host do, if they can
 */
public record ListenSettings(
    InetSocketAddress protocol, Optional<InetSocketAddress> admin, Optional<Path> unixSocket) {

  private static final String SOCKET = "unix-socket";

  /** The longest path that the system takes for a Unix socket, its end included. */
  private static final int LONGEST_SOCKET_PATH = 107;

  static ListenSettings read(Section section, Path directory, DataDirectory data) {
    InetSocketAddress protocol =
        section
            .value("protocol", "PORT or HOST:PORT", ListenSettings::address)
            .orElseGet(() -> new InetSocketAddress(0));
    Optional<InetSocketAddress> admin =
        section
            .value(
                "admin",
                "PORT, HOST:PORT or off",
                text ->
                    text.equals(ServerFile.OFF)
                        ? Optional.<InetSocketAddress>empty()
                        : Optional.of(address(text)))
            .flatMap(is -> is);
    return new ListenSettings(protocol, admin, unixSocket(section, directory, data));
  }

  private static Optional<Path> unixSocket(Section section, Path directory, DataDirectory data) {
    String text = section.text(SOCKET).orElse(ServerFile.OFF);
    if (text.equals(ServerFile.OFF)) {
      return Optional.empty();
    }
    Path socket = ServerFile.place(section, SOCKET, directory, data.socket());
    boolean isUsable =
        socket.toString().length() <= LONGEST_SOCKET_PATH
            && !System.getProperty("os.name").startsWith("Windows");
    if (!isUsable && text.equals(ServerFile.AUTO)) {
      section.means(SOCKET, ServerFile.OFF);
      return Optional.empty();
    }
    if (!isUsable) {
      section.wrong(
          SOCKET, "is to be a path of " + LONGEST_SOCKET_PATH + " characters at the most");
    }
    return Optional.of(socket);
  }

  /** Reads a port, or a host and a port; the former means all addresses of this machine. */
  private static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    int port = Integer.parseInt(text.substring(colon + 1));
    if (colon < 0) {
      return new InetSocketAddress(port);
    }
    return new InetSocketAddress(text.substring(0, colon).replace("[", "").replace("]", ""), port);
  }
}
