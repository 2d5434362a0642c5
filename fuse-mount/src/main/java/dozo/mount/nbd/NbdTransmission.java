package dozo.mount.nbd;

import dozo.format.NoSpaceException;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.ReadOnlyFileSystemException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the requests of one connection. They are carried out side by side and answered as they get
 * done; a flush covers every write that was answered before it came.
 */
final class NbdTransmission {
  private static final Logger log = LoggerFactory.getLogger(NbdTransmission.class);

  /** How much the requests of one connection may hold, in KiB: two of the longest. */
  private static final int MAX_HELD_KIB = 2 * (NbdProtocol.MAX_PAYLOAD >> 10);

  /** How many requests of one connection run or wait. */
  private static final int MAX_REQUESTS = 64;

  /** The most that a block status tells. */
  private static final int MAX_EXTENTS = 1024;

  private final NbdChannel channel;
  private final NbdHandshake.Agreed agreed;
  private final NbdExport export;
  private final Executor workers;
  private final Semaphore held = new Semaphore(MAX_HELD_KIB, true);
  private final Semaphore requests = new Semaphore(MAX_REQUESTS);

  /** A request, with the bytes to write if there are any. */
  private record Request(
      int flags, int type, long cookie, long offset, long length, ByteBuffer data, int heldKib) {}

  NbdTransmission(NbdChannel channel, NbdHandshake.Agreed agreed, Executor workers) {
    this.channel = channel;
    this.agreed = agreed;
    this.export = agreed.export();
    this.workers = workers;
  }

  /** Serves until the client goes, and returns when nothing of it is under way any more. */
  void run() throws IOException, InterruptedException {
    try {
      for (Request request = next(); request.type() != NbdProtocol.CMD_DISCONNECT; ) {
        Request current = request;
        requests.acquire();
        workers.execute(() -> {
          try {
            serve(current);
          } finally {
            held.release(current.heldKib());
            requests.release();
          }
        });
        request = next();
      }
    } catch (EOFException e) {
      log.debug("an NBD client went without saying so export={}", export.name());
    } finally {
      requests.acquireUninterruptibly(MAX_REQUESTS);
    }
  }

  private Request next() throws IOException, InterruptedException {
    ByteBuffer head = channel.read(28);
    if (head.getInt() != NbdProtocol.REQUEST_MAGIC) {
      throw new IOException("the client sent something that is no request");
    }
    int flags = Short.toUnsignedInt(head.getShort());
    int type = Short.toUnsignedInt(head.getShort());
    long cookie = head.getLong();
    long offset = head.getLong();
    long length = Integer.toUnsignedLong(head.getInt());
    boolean moves = type == NbdProtocol.CMD_WRITE || type == NbdProtocol.CMD_READ;
    int kib = 0;
    ByteBuffer data = ByteBuffer.allocate(0);
    if (moves && length <= NbdProtocol.MAX_PAYLOAD) {
      kib = (int) Math.ceilDiv(length, 1024);
      held.acquire(kib);
    }
    if (type == NbdProtocol.CMD_WRITE) {
      if (length > NbdProtocol.MAX_PAYLOAD) {
        throw new IOException("the client writes " + length + " bytes at a time");
      }
      data = channel.read((int) length);
    }
    return new Request(flags, type, cookie, offset, length, data, kib);
  }

  private void serve(Request request) {
    try {
      try {
        int error = check(request);
        if (error == 0) {
          carryOut(request);
        } else {
          fail(request, error, "the request is not allowed");
        }
      } catch (NoSpaceException e) {
        fail(request, NbdProtocol.ENOSPC, String.valueOf(e.getMessage()));
      } catch (ReadOnlyFileSystemException e) {
        fail(request, NbdProtocol.EPERM, "the disk takes no more writes");
      } catch (IOException | RuntimeException | Error e) {
        if (!channel.isOpen()) {
          log.debug("a client went without its answer export={}", export.name(), e);
          return;
        }
        log.error("a request failed and was answered with an error export={}", export.name(), e);
        fail(request, NbdProtocol.EIO, String.valueOf(e.getMessage()));
      }
    } catch (IOException e) {
      log.debug("an answer could not be sent export={}", export.name(), e);
    }
  }

  private int check(Request request) {
    boolean writes =
        switch (request.type()) {
          case NbdProtocol.CMD_WRITE, NbdProtocol.CMD_TRIM, NbdProtocol.CMD_WRITE_ZEROES -> true;
          default -> false;
        };
    if (writes && !export.isWritable()) {
      return NbdProtocol.EPERM;
    }
    long size = export.sizeBytes();
    if (request.offset() < 0
        || request.offset() > size
        || request.length() > size - request.offset()) {
      return writes ? NbdProtocol.ENOSPC : NbdProtocol.EINVAL;
    }
    int known =
        NbdProtocol.CMD_FLAG_FUA
            | NbdProtocol.CMD_FLAG_NO_HOLE
            | NbdProtocol.CMD_FLAG_DF
            | NbdProtocol.CMD_FLAG_REQ_ONE;
    boolean tooLong =
        request.type() == NbdProtocol.CMD_READ && request.length() > NbdProtocol.MAX_PAYLOAD;
    boolean status = request.type() == NbdProtocol.CMD_BLOCK_STATUS;
    return (request.flags() & ~known) != 0
            || tooLong
            || (status && (!agreed.allocation() || request.length() == 0))
        ? NbdProtocol.EINVAL
        : 0;
  }

  private void carryOut(Request request) throws IOException {
    switch (request.type()) {
      case NbdProtocol.CMD_READ -> read(request);
      case NbdProtocol.CMD_WRITE -> {
        export.write(request.offset(), request.data());
        done(request);
      }
      case NbdProtocol.CMD_FLUSH -> {
        if (export.isWritable()) {
          export.flush();
        }
        done(request);
      }
      case NbdProtocol.CMD_TRIM -> {
        export.zero(request.offset(), request.length(), false);
        done(request);
      }
      case NbdProtocol.CMD_WRITE_ZEROES -> {
        export.zero(request.offset(), request.length(), true);
        done(request);
      }
      case NbdProtocol.CMD_BLOCK_STATUS -> status(request);
      default -> fail(request, NbdProtocol.EINVAL, "there is no such request");
    }
  }

  /** Answers a request that changed something, after a flush if the client wants one. */
  private void done(Request request) throws IOException {
    if ((request.flags() & NbdProtocol.CMD_FLAG_FUA) != 0 && export.isWritable()) {
      export.flush();
    }
    channel.write(simple(0, request.cookie()));
  }

  private static ByteBuffer simple(int error, long cookie) {
    return ByteBuffer.allocate(16)
        .putInt(NbdProtocol.SIMPLE_REPLY_MAGIC)
        .putInt(error)
        .putLong(cookie)
        .flip();
  }

  private static ByteBuffer chunk(int flags, int type, long cookie, int length) {
    return ByteBuffer.allocate(20)
        .putInt(NbdProtocol.STRUCTURED_REPLY_MAGIC)
        .putShort((short) flags)
        .putShort((short) type)
        .putLong(cookie)
        .putInt(length)
        .flip();
  }

  private void fail(Request request, int error, String message) throws IOException {
    boolean chunks =
        agreed.structured()
            && (request.type() == NbdProtocol.CMD_READ
                || request.type() == NbdProtocol.CMD_BLOCK_STATUS);
    if (!chunks) {
      channel.write(simple(error, request.cookie()));
      return;
    }
    byte[] text = message.getBytes(StandardCharsets.UTF_8);
    int length = Math.min(text.length, 4096);
    channel.write(
        chunk(NbdProtocol.REPLY_DONE, NbdProtocol.REPLY_ERROR, request.cookie(), 6 + length),
        ByteBuffer.allocate(6 + length)
            .putInt(error)
            .putShort((short) length)
            .put(text, 0, length)
            .flip());
  }

  private void read(Request request) throws IOException {
    int length = (int) request.length();
    long offset = request.offset();
    boolean hole =
        agreed.structured()
            && length > 0
            && export.nextData(offset, offset + length) == offset + length;
    if (hole) {
      channel.write(
          chunk(NbdProtocol.REPLY_DONE, NbdProtocol.REPLY_OFFSET_HOLE, request.cookie(), 12),
          ByteBuffer.allocate(12).putLong(offset).putInt(length).flip());
      return;
    }
    if (length == 0 && agreed.structured()) {
      channel.write(chunk(NbdProtocol.REPLY_DONE, NbdProtocol.REPLY_NONE, request.cookie(), 0));
      return;
    }
    ByteBuffer data = ByteBuffer.allocate(length);
    export.read(offset, data);
    data.flip();
    if (agreed.structured()) {
      channel.write(
          chunk(
              NbdProtocol.REPLY_DONE, NbdProtocol.REPLY_OFFSET_DATA, request.cookie(), 8 + length),
          ByteBuffer.allocate(8).putLong(offset).flip(),
          data);
    } else {
      channel.write(simple(0, request.cookie()), data);
    }
  }

  private void status(Request request) throws IOException {
    int most = (request.flags() & NbdProtocol.CMD_FLAG_REQ_ONE) != 0 ? 1 : MAX_EXTENTS;
    ByteBuffer extents = ByteBuffer.allocate(4 + 8 * most).putInt(NbdProtocol.ALLOCATION_ID);
    long end = request.offset() + request.length();
    for (long at = request.offset(); at < end && extents.hasRemaining(); ) {
      long data = export.nextData(at, end);
      boolean zeros = data > at;
      long runEnd = zeros ? data : export.dataEnd(at, end);
      extents.putInt((int) (runEnd - at));
      extents.putInt(zeros ? NbdProtocol.STATE_HOLE | NbdProtocol.STATE_ZERO : 0);
      at = runEnd;
    }
    extents.flip();
    channel.write(
        chunk(
            NbdProtocol.REPLY_DONE,
            NbdProtocol.REPLY_BLOCK_STATUS,
            request.cookie(),
            extents.remaining()),
        extents);
  }
}
