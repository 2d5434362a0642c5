package dozo.client.nbd;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * Reads an export of an NBD server on a Unix socket.
 *
 * <p>Safe for use by several threads: each takes one of the connections for one request. A
 * connection that breaks ends the whole client, because the server behind the others is the same.
 */
public final class NbdClient implements AutoCloseable {

  /** The most connections to one export. */
  public static final int MAXIMUM_CONNECTIONS = 16;

  /** As much as one question about extents covers: lengths have 32 bits. */
  private static final int MAXIMUM_STATUS = 1 << 30;

  /** What is read at a time where blocks have to be cut; a multiple of every smallest block. */
  private static final int UNEVEN_BYTES = 1 << 20;

  private final NbdExport export;
  private final List<NbdConnection> all;
  private final BlockingQueue<NbdConnection> idle;
  private volatile boolean broken;

  private NbdClient(NbdExport export, List<NbdConnection> all) {
    this.export = export;
    this.all = List.copyOf(all);
    this.idle = new ArrayBlockingQueue<>(all.size(), false, all);
  }

  /**
   * Opens an export.
   *
   * @param socket where the server listens
   * @param name the export's name
   * @param context the metadata context that {@link #status} is to tell, such as {@code
   *     base:allocation}
   * @param connections how many, 16 at the most; a server that does not take several gets one
   * @param patience how long the server may take for one answer
   */
  public static NbdClient open(
      Path socket, String name, Optional<String> context, int connections, Duration patience)
      throws IOException {
    if (connections < 1 || connections > MAXIMUM_CONNECTIONS) {
      throw new IllegalArgumentException(
          "There are 1 to " + MAXIMUM_CONNECTIONS + " connections, not " + connections);
    }
    List<NbdConnection> open = new ArrayList<>();
    try {
      open.add(NbdConnection.open(socket, name, context, patience));
      NbdExport export = open.getFirst().export();
      for (int i = 1; i < connections && export.takesSeveral(); i++) {
        open.add(NbdConnection.open(socket, name, context, patience));
        if (open.getLast().export().sizeBytes() != export.sizeBytes()) {
          throw NbdException.protocol("its export has another size on each connection");
        }
      }
      return new NbdClient(export, open);
    } catch (IOException | RuntimeException | Error e) {
      for (NbdConnection each : open) {
        each.close();
      }
      throw e;
    }
  }

  /** The size of the export. */
  public long sizeBytes() {
    return export.sizeBytes();
  }

  /** Whether the server has the metadata context that was asked for. */
  public boolean hasContext() {
    return export.context().isPresent();
  }

  /** How many connections there are. */
  public int connections() {
    return all.size();
  }

  /**
   * Reads until the target is full, and advances its position to its limit.
   *
   * @param offset the first byte; offset and the target's remaining bytes stay within the size
   * @throws NbdException if the server refuses, or does not keep to the protocol
   */
  public void read(long offset, ByteBuffer target) throws IOException {
    requireWithin(offset, target.remaining());
    int unit = export.minimumBytes();
    if (offset % unit != 0 || target.remaining() % unit != 0) {
      readUneven(offset, target, unit);
      return;
    }
    int limit = target.limit();
    for (long at = offset; target.position() < limit; ) {
      int length = Math.min(limit - target.position(), export.maximumBytes());
      target.limit(target.position() + length);
      NbdConnection connection = take();
      boolean sound = false;
      try {
        connection.read(at, target);
        sound = true;
      } catch (NbdException e) {
        sound = e.error() != NbdException.NO_ANSWER;
        throw e;
      } finally {
        give(connection, sound);
        target.limit(limit);
      }
      at += length;
    }
  }

  /** Reads the whole blocks around what is wanted. */
  private void readUneven(long offset, ByteBuffer target, int unit) throws IOException {
    ByteBuffer blocks = ByteBuffer.allocate(Math.min(export.maximumBytes(), UNEVEN_BYTES));
    long at = offset;
    while (target.hasRemaining()) {
      long from = at - at % unit;
      long end = at + target.remaining();
      long to = Math.min(Math.ceilDiv(end, unit) * unit, from + blocks.capacity());
      read(from, blocks.clear().limit((int) (to - from)));
      int length = (int) (Math.min(to, end) - at);
      target.put(blocks.flip().slice((int) (at - from), length));
      at += length;
    }
  }

  /**
   * Tells what the metadata context says from an offset on.
   *
   * @return at least one extent, from the offset on and without gaps; the last ends within a GiB of
   *     the offset or, if it is one extent, anywhere behind it
   */
  public List<NbdExtent> status(long offset) throws IOException {
    requireWithin(offset, 1);
    if (!hasContext()) {
      throw new IllegalStateException("The server has no such metadata context");
    }
    int unit = export.minimumBytes();
    long from = offset - offset % unit;
    NbdConnection connection = take();
    boolean sound = false;
    try {
      List<NbdExtent> extents =
          connection.status(from, (int) Math.min(MAXIMUM_STATUS, export.sizeBytes() - from));
      sound = true;
      return from == offset ? extents : startingAt(offset, extents);
    } catch (NbdException e) {
      sound = e.error() != NbdException.NO_ANSWER;
      throw e;
    } finally {
      give(connection, sound);
    }
  }

  private List<NbdExtent> startingAt(long offset, List<NbdExtent> extents) throws IOException {
    List<NbdExtent> later = new ArrayList<>();
    for (NbdExtent each : extents) {
      if (each.end() > offset) {
        long begin = Math.max(offset, each.offset());
        later.add(new NbdExtent(begin, each.end() - begin, each.flags()));
      }
    }
    if (later.isEmpty()) {
      throw NbdException.protocol("an extent is shorter than the smallest block");
    }
    return later;
  }

  private void requireWithin(long offset, long length) {
    if (offset < 0 || length > export.sizeBytes() - offset) {
      throw new IllegalArgumentException(
          length + " bytes at " + offset + " are not within " + export.sizeBytes());
    }
  }

  private NbdConnection take() throws IOException {
    try {
      NbdConnection connection = idle.take();
      if (broken) {
        idle.add(connection);
        throw NbdException.protocol("a connection to it broke before");
      }
      return connection;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted before a request").initCause(e);
    }
  }

  private void give(NbdConnection connection, boolean sound) {
    broken |= !sound;
    idle.add(connection);
  }

  /** Closes all connections; a request under way fails. */
  @Override
  public void close() throws IOException {
    broken = true;
    for (NbdConnection each : all) {
      if (idle.contains(each)) {
        each.close();
      } else {
        each.abandon();
      }
    }
  }
}
