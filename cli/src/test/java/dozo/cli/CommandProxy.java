package dozo.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.function.Predicate;

/**
 * Stands between a backup and a socket of qemu's, and acts when a chosen command comes by: before
 * qemu has it, or once qemu has answered. One client at a time, as with qemu itself.
 */
final class CommandProxy implements AutoCloseable {
  private static final int BUFFER = 256 << 10;

  private final ServerSocketChannel server;
  private final Path target;
  private final Predicate<String> chosen;
  private final boolean answered;
  private final Runnable act;
  private volatile boolean met;
  private volatile boolean hit;

  private CommandProxy(
      ServerSocketChannel server,
      Path target,
      Predicate<String> chosen,
      boolean answered,
      Runnable act) {
    this.server = server;
    this.target = target;
    this.chosen = chosen;
    this.answered = answered;
    this.act = act;
  }

  /**
   * Listens.
   *
   * @param chosen which text from the client is the chosen command
   * @param answered whether qemu is to have executed it
   * @param act called once, while whoever sent the command waits
   */
  static CommandProxy listen(
      Path place, Path target, Predicate<String> chosen, boolean answered, Runnable act)
      throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(place));
    CommandProxy proxy = new CommandProxy(server, target, chosen, answered, act);
    Thread.ofVirtual().start(proxy::serve);
    return proxy;
  }

  /** Whether the command came by. */
  boolean hit() {
    return hit;
  }

  private void serve() {
    while (server.isOpen()) {
      try (SocketChannel client = server.accept();
          SocketChannel qemu = SocketChannel.open(UnixDomainSocketAddress.of(target))) {
        Thread back = Thread.ofVirtual().start(() -> answers(qemu, client));
        commands(client, qemu);
        qemu.shutdownOutput();
        back.join();
      } catch (IOException e) {
        // A connection ended, or the proxy.
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void commands(SocketChannel client, SocketChannel qemu) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    while (client.read(buffer.clear()) >= 0) {
      buffer.flip();
      if (!hit && chosen.test(ISO_8859_1.decode(buffer.duplicate()).toString())) {
        met = true;
        if (!answered) {
          hit = true;
          act.run();
          return;
        }
      }
      qemu.write(buffer);
    }
  }

  private void answers(SocketChannel qemu, SocketChannel client) {
    ByteBuffer buffer = ByteBuffer.allocate(BUFFER);
    try {
      while (qemu.read(buffer.clear()) >= 0) {
        buffer.flip();
        // Events come at any time; an answer is what the command waits for.
        if (met && !hit && ISO_8859_1.decode(buffer.duplicate()).toString().contains("return")) {
          hit = true;
          act.run();
        }
        client.write(buffer);
      }
    } catch (IOException e) {
      // The client went away.
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
