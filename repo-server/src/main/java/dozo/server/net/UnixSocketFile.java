package dozo.server.net;

import java.io.IOException;
import java.net.BindException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The file that a Unix socket is found by. */
final class UnixSocketFile {

  private UnixSocketFile() {}

  /**
   * Makes room for the socket: removes one that a killed server left behind.
   *
   * @throws IOException if a server listens there, or the file is something else
   */
  static void clear(Path file) throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        || Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS)) {
      throw new BindException(file + " is in the way of the Unix socket and is not one");
    }
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(file));
    } catch (IOException e) {
      Files.delete(file);
      return;
    }
    throw new BindException("Another server listens on " + file);
  }

  /**
   * Lets every user of the host connect; who is let in is decided by credentials and tokens.
   *
   * @return the user that owns the socket, which is the one that this process runs as
   */
  static int open(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-rw-rw-"));
    return (Integer) Files.getAttribute(file, "unix:uid", LinkOption.NOFOLLOW_LINKS);
  }
}
