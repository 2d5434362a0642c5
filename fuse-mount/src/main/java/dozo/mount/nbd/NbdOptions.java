package dozo.mount.nbd;

import java.io.IOException;
import java.nio.ByteBuffer;

/** The options that a client sends before it uses a disk, and the answers. For one thread. */
final class NbdOptions {

  /**
   * An option.
   *
   * @param data what came with it
   */
  record Option(int code, ByteBuffer data) {}

  private final NbdChannel channel;

  NbdOptions(NbdChannel channel) {
    this.channel = channel;
  }

  /** The next option. */
  Option next() throws IOException {
    ByteBuffer head = channel.read(16);
    if (head.getLong() != NbdProtocol.OPTION_MAGIC) {
      throw new IOException("the client does not speak NBD");
    }
    int code = head.getInt();
    int length = head.getInt();
    if (length < 0 || length > NbdProtocol.MAX_OPTION) {
      throw new IOException("the client sends an option of " + length + " bytes");
    }
    return new Option(code, channel.read(length));
  }

  void reply(int option, int type) throws IOException {
    reply(option, type, ByteBuffer.allocate(0));
  }

  void reply(int option, int type, ByteBuffer data) throws IOException {
    channel.write(
        ByteBuffer.allocate(20)
            .putLong(NbdProtocol.OPTION_REPLY_MAGIC)
            .putInt(option)
            .putInt(type)
            .putInt(data.remaining())
            .flip(),
        data);
  }
}
