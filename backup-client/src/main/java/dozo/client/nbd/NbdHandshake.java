package dozo.client.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.client.socket.Deadline;
import dozo.client.socket.UnixSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Agrees with a server on an export and on how to speak. For one thread, and once. */
final class NbdHandshake {

  private final UnixSocket socket;
  private final Deadline deadline;
  private final ByteBuffer name;

  NbdHandshake(UnixSocket socket, String export, Deadline deadline) {
    this.socket = socket;
    this.deadline = deadline;
    this.name = text(export);
  }

  /**
   * Opens the export.
   *
   * @param context the metadata context that is wanted, such as {@code base:allocation}
   */
  NbdExport run(Optional<String> context) throws IOException {
    greet();
    option(NbdProtocol.OPT_STRUCTURED_REPLY, ByteBuffer.allocate(0));
    if (reply(NbdProtocol.OPT_STRUCTURED_REPLY).type() != NbdProtocol.REP_ACK) {
      throw NbdException.protocol("it has no structured replies");
    }
    Optional<Integer> number = context.isEmpty() ? Optional.empty() : choose(context.get());
    return open(number);
  }

  private void greet() throws IOException {
    ByteBuffer hello = read(NbdProtocol.HANDSHAKE_BYTES);
    if (hello.getLong() != NbdProtocol.INIT_MAGIC || hello.getLong() != NbdProtocol.OPTION_MAGIC) {
      throw NbdException.protocol("it does not greet as a server of the newstyle does");
    }
    int flags = hello.getShort();
    if ((flags & NbdProtocol.FLAG_FIXED_NEWSTYLE) == 0) {
      throw NbdException.protocol("its newstyle is not the fixed one");
    }
    int ours = NbdProtocol.FLAG_FIXED_NEWSTYLE | (flags & NbdProtocol.FLAG_NO_ZEROES);
    write(ByteBuffer.allocate(4).putInt(ours).flip());
  }

  /** Chooses one metadata context; empty if the server has not got it. */
  private Optional<Integer> choose(String context) throws IOException {
    ByteBuffer query = text(context);
    option(
        NbdProtocol.OPT_SET_META_CONTEXT,
        ByteBuffer.allocate(12 + name.remaining() + query.remaining())
            .putInt(name.remaining())
            .put(name.duplicate())
            .putInt(1)
            .putInt(query.remaining())
            .put(query.duplicate())
            .flip());
    Optional<Integer> number = Optional.empty();
    while (true) {
      Reply reply = reply(NbdProtocol.OPT_SET_META_CONTEXT);
      if (reply.type() == NbdProtocol.REP_ACK) {
        return number;
      }
      ByteBuffer data = reply.data();
      if (reply.type() != NbdProtocol.REP_META_CONTEXT
          || data.remaining() != 4 + query.remaining()
          || number.isPresent()) {
        throw NbdException.protocol("it answers a choice of " + context + " with something else");
      }
      number = Optional.of(data.getInt());
      if (!data.equals(query)) {
        throw NbdException.protocol("it chose another context than " + context);
      }
    }
  }

  private NbdExport open(Optional<Integer> context) throws IOException {
    option(
        NbdProtocol.OPT_GO,
        ByteBuffer.allocate(8 + name.remaining())
            .putInt(name.remaining())
            .put(name.duplicate())
            .putShort((short) 1)
            .putShort((short) NbdProtocol.INFO_BLOCK_SIZE)
            .flip());
    long size = -1;
    int flags = 0;
    int minimum = 1;
    int maximum = NbdProtocol.MAXIMUM_READ;
    while (true) {
      Reply reply = reply(NbdProtocol.OPT_GO);
      if (reply.type() == NbdProtocol.REP_ACK) {
        break;
      }
      ByteBuffer data = reply.data();
      if (reply.type() != NbdProtocol.REP_INFO || data.remaining() < 2) {
        throw NbdException.protocol("it opens an export with a reply " + reply.type());
      }
      int about = data.getShort();
      if (about == NbdProtocol.INFO_EXPORT && data.remaining() == 10) {
        size = data.getLong();
        flags = data.getShort() & 0xffff;
      } else if (about == NbdProtocol.INFO_BLOCK_SIZE && data.remaining() == 12) {
        minimum = data.getInt();
        data.getInt(); // What it prefers: what is read here is longer than any of that.
        // Unsigned: the largest of them says that there is no limit.
        int told = data.getInt();
        maximum = told < 0 || told > NbdProtocol.MAXIMUM_READ ? NbdProtocol.MAXIMUM_READ : told;
      }
    }
    try {
      return new NbdExport(size, flags, minimum, maximum, context);
    } catch (IllegalArgumentException e) {
      throw NbdException.protocol("it tells of " + e.getMessage());
    }
  }

  private record Reply(int type, ByteBuffer data) {}

  private void option(int option, ByteBuffer data) throws IOException {
    write(
        ByteBuffer.allocate(16 + data.remaining())
            .putLong(NbdProtocol.OPTION_MAGIC)
            .putInt(option)
            .putInt(data.remaining())
            .put(data)
            .flip());
  }

  private Reply reply(int option) throws IOException {
    ByteBuffer head = read(NbdProtocol.OPTION_REPLY_BYTES);
    if (head.getLong() != NbdProtocol.OPTION_REPLY_MAGIC || head.getInt() != option) {
      throw NbdException.protocol("it does not answer option " + option);
    }
    int type = head.getInt();
    int length = head.getInt();
    if (length < 0 || length > NbdProtocol.MAXIMUM_OPTION_REPLY) {
      throw NbdException.protocol("a reply to option " + option + " has " + length + " bytes");
    }
    ByteBuffer data = read(length);
    if ((type & NbdProtocol.REP_ERROR) != 0) {
      throw new NbdException(
          type,
          "The NBD server refuses option "
              + option
              + " with error "
              + (type & ~NbdProtocol.REP_ERROR)
              + words(data));
    }
    return new Reply(type, data);
  }

  private static String words(@Nullable ByteBuffer data) {
    String said = data == null ? "" : UTF_8.decode(data).toString().strip();
    return said.isEmpty() ? "" : ": " + said;
  }

  private static ByteBuffer text(String text) {
    ByteBuffer bytes = UTF_8.encode(text);
    if (bytes.remaining() > NbdProtocol.MAXIMUM_STRING) {
      throw new IllegalArgumentException(
          "A name has at most " + NbdProtocol.MAXIMUM_STRING + " bytes, not " + bytes.remaining());
    }
    return bytes;
  }

  private ByteBuffer read(int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    socket.readFully(buffer, deadline);
    return buffer.flip();
  }

  private void write(ByteBuffer bytes) throws IOException {
    socket.write(bytes, deadline);
  }
}
