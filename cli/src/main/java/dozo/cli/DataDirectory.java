package dozo.cli;

import java.nio.file.Path;

/**
 * The directory that {@code dozo server} keeps everything in.
 *
 * @param root the directory itself
 */
record DataDirectory(Path root) {

  /** The name of the repository in it. */
  static final String REPOSITORY = "repository";

  /** The longest path that the system takes for a Unix socket, its end included. */
  private static final int LONGEST_SOCKET_PATH = 107;

  /** Where the repository is. */
  Path repository() {
    return root.resolve(REPOSITORY);
  }

  /** Where the server keeps its certificate. */
  Path server() {
    return root.resolve("server");
  }

  /** Where clients on this host find the server. */
  Path socket() {
    return server().resolve("dozo.sock").toAbsolutePath();
  }

  /** Whether the system takes the socket's path. */
  boolean canHaveSocket() {
    return socket().toString().length() <= LONGEST_SOCKET_PATH
        && !System.getProperty("os.name").startsWith("Windows");
  }
}
