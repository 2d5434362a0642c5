package dozo.client.nbd;

import static java.nio.charset.StandardCharsets.UTF_8;

import dozo.client.socket.Deadline;
import dozo.client.socket.UnixSocket;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One connection, with one request under way at a time.
 *
 * <p>Used by one thread at a time; any may close it. After anything but a server's error it is
 * broken, since nobody knows where the next reply begins.
 */
final class NbdConnection implements AutoCloseable {

  private final UnixSocket socket;
  private final NbdExport export;
  private final Duration patience;
  private final ByteBuffer head = ByteBuffer.allocate(NbdProtocol.REQUEST_BYTES);
  private long cookie;

  private NbdConnection(UnixSocket socket, NbdExport export, Duration patience) {
    this.socket = socket;
    this.export = export;
    this.patience = patience;
  }

  /**
   * Opens an export.
   *
   * @param patience how long the server may take for one answer
   */
  static NbdConnection open(Path path, String name, Optional<String> context, Duration patience)
      throws IOException {
    Deadline deadline = Deadline.in(patience);
    UnixSocket socket = UnixSocket.connect(path, deadline);
    try {
      return new NbdConnection(
          socket, new NbdHandshake(socket, name, deadline).run(context), patience);
    } catch (IOException | RuntimeException | Error e) {
      socket.close();
      throw e;
    }
  }

  NbdExport export() {
    return export;
  }

  /** Reads until the target is full; offset and length are what the export takes. */
  void read(long offset, ByteBuffer target) throws IOException {
    Deadline deadline = Deadline.in(patience);
    int length = target.remaining();
    request(NbdProtocol.CMD_READ, offset, length, deadline);
    Filling filling = new Filling(offset, target);
    NbdException failure = null;
    boolean done;
    do {
      Chunk chunk = chunk(deadline);
      failure = take(chunk, filling, failure, deadline);
      done = chunk.isLast();
    } while (!done);
    if (failure != null) {
      throw failure;
    }
    if (!filling.isFull()) {
      throw NbdException.protocol(
          "of " + length + " bytes at " + offset + " it sent " + filling.bytes());
    }
    target.position(target.limit());
  }

  private @Nullable NbdException take(
      Chunk chunk, Filling filling, @Nullable NbdException failure, Deadline deadline)
      throws IOException {
    switch (chunk.type()) {
      case NbdProtocol.REPLY_NONE -> expect(chunk, 0);
      case NbdProtocol.REPLY_OFFSET_DATA -> {
        if (chunk.length() < 9) {
          throw NbdException.protocol("a chunk of data has " + chunk.length() + " bytes");
        }
        long at = bytes(8, deadline).getLong();
        socket.readFully(filling.place(at, chunk.length() - 8), deadline);
      }
      case NbdProtocol.REPLY_OFFSET_HOLE -> {
        expect(chunk, 12);
        ByteBuffer hole = bytes(12, deadline);
        filling.zero(hole.getLong(), hole.getInt());
      }
      default -> {
        NbdException error = error(chunk, deadline);
        return failure == null ? error : failure;
      }
    }
    return failure;
  }

  /**
   * Asks what the metadata context says from an offset on.
   *
   * @param length how far to look, a multiple of the smallest block
   * @return at least one extent, from the offset on, without gaps, within the export; it may end
   *     earlier than asked
   */
  List<NbdExtent> status(long offset, int length) throws IOException {
    Deadline deadline = Deadline.in(patience);
    request(NbdProtocol.CMD_BLOCK_STATUS, offset, length, deadline);
    List<NbdExtent> extents = new ArrayList<>();
    NbdException failure = null;
    boolean done;
    do {
      Chunk chunk = chunk(deadline);
      switch (chunk.type()) {
        case NbdProtocol.REPLY_NONE -> expect(chunk, 0);
        case NbdProtocol.REPLY_BLOCK_STATUS -> {
          if (!extents.isEmpty()) {
            throw NbdException.protocol("it tells of the one context twice");
          }
          extents(chunk, offset, extents, deadline);
        }
        default -> {
          NbdException error = error(chunk, deadline);
          failure = failure == null ? error : failure;
        }
      }
      done = chunk.isLast();
    } while (!done);
    if (failure != null) {
      throw failure;
    }
    if (extents.isEmpty()) {
      throw NbdException.protocol("it tells nothing of offset " + offset);
    }
    return extents;
  }

  private void extents(Chunk chunk, long offset, List<NbdExtent> extents, Deadline deadline)
      throws IOException {
    int count = (chunk.length() - 4) / 8;
    if (chunk.length() < 12 || chunk.length() % 8 != 4 || count > NbdProtocol.MAXIMUM_EXTENTS) {
      throw NbdException.protocol("a list of extents has " + chunk.length() + " bytes");
    }
    ByteBuffer list = bytes(chunk.length(), deadline);
    if (list.getInt() != export.context().orElse(-1)) {
      throw NbdException.protocol("it tells of a context that was not chosen");
    }
    long at = offset;
    while (list.hasRemaining()) {
      long bytes = Integer.toUnsignedLong(list.getInt());
      int flags = list.getInt();
      if (bytes == 0 || at >= export.sizeBytes()) {
        throw NbdException.protocol("it tells of an extent of " + bytes + " bytes at " + at);
      }
      bytes = Math.min(bytes, export.sizeBytes() - at);
      extents.add(new NbdExtent(at, bytes, flags));
      at += bytes;
    }
  }

  /** The head of a part of a reply. */
  private record Chunk(int flags, int type, int length) {
    boolean isLast() {
      return (flags & NbdProtocol.REPLY_DONE) != 0;
    }
  }

  private void request(int command, long offset, int length, Deadline deadline) throws IOException {
    cookie++;
    head.clear()
        .putInt(NbdProtocol.REQUEST_MAGIC)
        .putShort((short) 0)
        .putShort((short) command)
        .putLong(cookie)
        .putLong(offset)
        .putInt(length)
        .flip();
    socket.write(head, deadline);
  }

  private Chunk chunk(Deadline deadline) throws IOException {
    int magic = bytes(4, deadline).getInt();
    if (magic == NbdProtocol.SIMPLE_REPLY_MAGIC) {
      ByteBuffer reply = bytes(NbdProtocol.SIMPLE_REPLY_BYTES - 4, deadline);
      int error = reply.getInt();
      requireOurs(reply.getLong());
      if (error == 0) {
        throw NbdException.protocol("a structured reply was agreed on and a simple one came");
      }
      throw refused(error, "");
    }
    if (magic != NbdProtocol.STRUCTURED_REPLY_MAGIC) {
      throw NbdException.protocol("a reply begins with 0x" + Integer.toHexString(magic));
    }
    ByteBuffer rest = bytes(NbdProtocol.CHUNK_BYTES - 4, deadline);
    int flags = rest.getShort();
    int type = rest.getShort() & 0xffff;
    requireOurs(rest.getLong());
    int length = rest.getInt();
    if (length < 0 || length > NbdProtocol.MAXIMUM_READ + 8) {
      throw NbdException.protocol(
          "a part of a reply has " + Integer.toUnsignedString(length) + " bytes");
    }
    return new Chunk(flags, type, length);
  }

  private void requireOurs(long told) throws IOException {
    if (told != cookie) {
      throw NbdException.protocol("it answers request " + told + " and not " + cookie);
    }
  }

  private NbdException error(Chunk chunk, Deadline deadline) throws IOException {
    int fixed = chunk.type() == NbdProtocol.REPLY_ERROR_OFFSET ? 14 : 6;
    if ((chunk.type() != NbdProtocol.REPLY_ERROR && chunk.type() != NbdProtocol.REPLY_ERROR_OFFSET)
        || chunk.length() < fixed
        || chunk.length() > fixed + NbdProtocol.MAXIMUM_STRING) {
      throw NbdException.protocol(
          "a part of a reply is of kind " + chunk.type() + " with " + chunk.length() + " bytes");
    }
    ByteBuffer data = bytes(chunk.length(), deadline);
    int error = data.getInt();
    int words = data.getShort() & 0xffff;
    if (error == 0 || words > data.remaining()) {
      throw NbdException.protocol("an error has the number 0, or is longer than its part");
    }
    return refused(error, UTF_8.decode(data.slice(data.position(), words)).toString().strip());
  }

  private static NbdException refused(int error, String words) {
    return new NbdException(
        error,
        "The NBD server answers with error " + error + (words.isEmpty() ? "" : ": " + words));
  }

  private static void expect(Chunk chunk, int length) throws IOException {
    if (chunk.length() != length) {
      throw NbdException.protocol(
          "a part of kind " + chunk.type() + " has " + chunk.length() + " bytes");
    }
  }

  private ByteBuffer bytes(int count, Deadline deadline) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    socket.readFully(bytes, deadline);
    return bytes.flip();
  }

  /** Says good-bye and closes. */
  @Override
  public void close() throws IOException {
    try (socket) {
      // A second at the most: nobody waits for a server that is being left.
      request(NbdProtocol.CMD_DISCONNECT, 0, 0, Deadline.in(Duration.ofSeconds(1)));
    } catch (IOException e) {
      // It is gone already, which is as well.
    }
  }

  /** Closes without a word, whatever another thread is waiting for. */
  void abandon() throws IOException {
    socket.close();
  }
}
