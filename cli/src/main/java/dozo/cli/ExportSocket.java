package dozo.cli;

import dozo.server.mounts.MountRefusedException;
import dozo.server.mounts.MountRefusedException.Reason;
import java.io.IOException;
import java.net.ConnectException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/**
 * The Unix socket of an export that a server begins.
 *
 * @param file where it is; absolute
 */
record ExportSocket(Path file) {

  private static final String SUFFIX = ".nbd";

  /** What the kernel's addresses hold. */
  private static final int LONGEST = 107;

  /** The kernel's list: seven columns, of which the sixth is the state, and the path. */
  private static final Path SOCKETS = Path.of("/proc/net/unix");

  private static final int STATE = 5;
  private static final int COLUMNS = 8;
  private static final String CONNECTED = "03";

  /**
   * That of a name in a directory.
   *
   * @throws MountRefusedException if no socket can be there
   */
  static ExportSocket in(Path directory, String name) throws MountRefusedException {
    Path file = directory.resolve(name + SUFFIX);
    int length = file.toString().getBytes(StandardCharsets.UTF_8).length;
    if (length > LONGEST) {
      throw new MountRefusedException(
          Reason.CONFLICT,
          "A Unix socket's path has at most %d bytes, and %s has %d: choose a shorter name"
              .formatted(LONGEST, file, length));
    }
    return new ExportSocket(file);
  }

  /** That of an address; empty if it is of another kind. */
  static Optional<ExportSocket> of(String address) {
    return address.startsWith(NbdCommand.UNIX)
        ? Optional.of(new ExportSocket(Path.of(address.substring(NbdCommand.UNIX.length()))))
        : Optional.empty();
  }

  /** As exports name it. */
  String address() {
    return NbdCommand.UNIX + file;
  }

  /**
   * Makes sure that nothing is there; what somebody left who has died is removed.
   *
   * @throws MountRefusedException if something else is there, or somebody listens
   */
  void clear() throws IOException {
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    boolean isSocket =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS).isOther();
    if (!isSocket || isListening()) {
      throw new MountRefusedException(Reason.CONFLICT, file + " is there, and in use");
    }
    Files.delete(file);
  }

  private boolean isListening() throws IOException {
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      return channel.connect(UnixDomainSocketAddress.of(file));
    } catch (ConnectException e) {
      return false;
    }
  }

  /** Whether somebody is connected, as far as the kernel tells. */
  boolean isInUse() throws IOException {
    if (!Files.isReadable(SOCKETS)) {
      return false;
    }
    // Decoded leniently: paths need not be UTF-8.
    String list = new String(Files.readAllBytes(SOCKETS), StandardCharsets.ISO_8859_1);
    String path =
        new String(file.toString().getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    return list.lines()
        .map(line -> line.strip().split(" +", COLUMNS))
        .anyMatch(columns ->
            columns.length == COLUMNS
                && columns[COLUMNS - 1].equals(path)
                && columns[STATE].equals(CONNECTED));
  }
}
