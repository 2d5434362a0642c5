package dozo.protocol.client;

import dozo.format.ConnectionLostException;
import dozo.format.disk.ChunkConsumer;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.protocol.Protocol;
import dozo.protocol.message.Message;
import dozo.protocol.message.ReadingMessage.Disk;
import dozo.protocol.message.ReadingMessage.Extents;
import dozo.protocol.message.ReadingMessage.Presence;
import dozo.protocol.message.ReadingMessage.ReadExtents;
import dozo.protocol.message.ReadingMessage.ReadPresence;
import java.io.IOException;
import java.time.Duration;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.IntFunction;

/** A disk that a server has opened for us. It lives as long as its connection. */
final class RemoteChunkSource implements ChunkSource {

  private static final long MAXIMUM_CHUNK_BYTES = 4L << 20;

  private final OpenDiskChannel channel;
  private final long sizeBytes;
  private final long dataBytes;
  private final String what;
  private final Duration timeout;

  /** Those that no call uses just now: as many as there were calls at a time. */
  private final Queue<Unpacking> unpackings = new ConcurrentLinkedQueue<>();

  private volatile boolean closed;

  RemoteChunkSource(
      ClientLink link, ReadAllowance allowance, Disk disk, String what, Duration timeout) {
    this.channel = new OpenDiskChannel(link, disk.handle(), allowance);
    this.sizeBytes = disk.sizeBytes();
    this.dataBytes = disk.dataBytes();
    this.what = what;
    this.timeout = timeout;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public long dataBytes() {
    return dataBytes;
  }

  @Override
  public List<Extent> extents(long offset, int maximum) throws IOException {
    Objects.checkIndex(offset, sizeBytes);
    checkCount("extents", maximum, Protocol.MAXIMUM_EXTENTS);
    return ask(
        new SingleRead<>(answer -> checked(answer, offset, maximum)),
        number -> new ReadExtents(number, offset, maximum));
  }

  private List<Extent> checked(Message answer, long offset, int maximum) {
    if (!(answer instanceof Extents it)) {
      throw new IllegalArgumentException("Extents were asked for");
    }
    Extent first = it.extents().getFirst();
    Extent last = it.extents().getLast();
    if (first.offset() > offset
        || first.end() <= offset
        || last.end() > sizeBytes
        || it.extents().size() > maximum) {
      throw new IllegalArgumentException(
          "Extents from " + first.offset() + " to " + last.end() + " do not answer " + offset);
    }
    return it.extents();
  }

  @Override
  public void fetch(List<Extent> chunks, ChunkConsumer consumer) throws IOException {
    if (chunks.size() > Protocol.MAXIMUM_CHUNKS) {
      throw new IllegalArgumentException(
          "At most " + Protocol.MAXIMUM_CHUNKS + " chunks at a time, not " + chunks.size());
    }
    for (Extent chunk : chunks) {
      if (chunk.isHole() || chunk.lengthBytes() > MAXIMUM_CHUNK_BYTES) {
        throw new IllegalArgumentException("No chunk is at " + chunk.offset());
      }
    }
    Unpacking left = unpackings.poll();
    Unpacking unpacking = left == null ? new Unpacking(what) : left;
    try {
      new ChunkFetch(channel, what, List.copyOf(chunks), timeout).run(unpacking, consumer);
    } finally {
      unpackings.add(unpacking);
      if (closed) {
        closeUnpackings();
      }
    }
  }

  @Override
  public BitSet presence(int blockBytes, long firstBlock, int count) throws IOException {
    checkCount("blocks", count, Protocol.MAXIMUM_PRESENCE_BLOCKS);
    return ask(
        new SingleRead<>(answer -> {
          if (answer instanceof Presence it
              && it.firstBlock() == firstBlock
              && it.count() == count) {
            return it.present();
          }
          throw new IllegalArgumentException("Other blocks were asked for");
        }),
        number -> new ReadPresence(number, blockBytes, firstBlock, count));
  }

  private static void checkCount(String of, int count, int maximum) {
    if (count < 1 || count > maximum) {
      throw new IllegalArgumentException(
          "The count of " + of + " is 1 to " + maximum + ", not " + count);
    }
  }

  private <T> T ask(SingleRead<T> read, IntFunction<Message> question) throws IOException {
    channel.allowance().take(0);
    int number = channel.send(read, 0, question);
    try {
      return Answer.await(read.answer(), timeout, what);
    } catch (ConnectionLostException e) {
      channel.cancel(number);
      throw e;
    }
  }

  @Override
  public void close() {
    channel.close();
    closed = true;
    closeUnpackings();
  }

  private void closeUnpackings() {
    for (Unpacking each = unpackings.poll(); each != null; each = unpackings.poll()) {
      each.close();
    }
  }
}
