package dozo.protocol.client;

import dozo.format.CorruptDataException;
import dozo.format.Fault;
import dozo.format.disk.ChunkConsumer;
import dozo.format.disk.Extent;
import dozo.protocol.message.Message;
import dozo.protocol.message.ReadingMessage.ChunkFailed;
import dozo.protocol.message.ReadingMessage.ChunkPart;
import dozo.protocol.message.ReadingMessage.ReadChunks;
import dozo.protocol.message.ReadingMessage.SegmentPart;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One call that fetches chunks. It asks for them in batches, several of which are under way so that
 * the line stays full, puts the parts of each chunk or segment together on the event loop, and
 * unpacks segments and hands chunks to the consumer on the caller's thread.
 *
 * <p>What it holds is bounded by the batches under way.
 */
final class ChunkFetch {

  /**
   * As much as a server takes in one step: the fewer batches, the fewer segments lie in two of
   * them.
   */
  private static final int BATCH_BYTES = 4 << 20;

  private static final int BATCH_CHUNKS = 512;
  private static final int BATCHES_UNDER_WAY = 8;

  private final OpenDiskChannel disk;
  private final String what;
  private final List<Extent> chunks;
  private final Duration timeout;
  private final BlockingQueue<Arrival> arrivals = new LinkedBlockingQueue<>();
  private final List<Integer> requests = new ArrayList<>();
  private int next;
  private int underWay;

  /** What the event loop hands over. */
  private sealed interface Arrival {
    /** A chunk is whole. */
    record Whole(int index, ByteBuffer plain) implements Arrival {}

    /** A segment is whole. */
    record Packed(Batch batch, SegmentPart first, ByteBuffer bytes) implements Arrival {}

    /** A batch has its whole answer. */
    record BatchDone() implements Arrival {}

    /** A chunk cannot be had. */
    record Failed(IOException cause) implements Arrival {}
  }

  ChunkFetch(OpenDiskChannel disk, String what, List<Extent> chunks, Duration timeout) {
    this.disk = disk;
    this.what = what;
    this.chunks = chunks;
    this.timeout = timeout;
  }

  /**
   * Brings all chunks. Called once.
   *
   * @param unpacking is nobody else's meanwhile
   */
  void run(Unpacking unpacking, ChunkConsumer consumer) throws IOException {
    try {
      int remaining = chunks.size();
      while (remaining > 0) {
        ask();
        switch (await()) {
          case Arrival.Whole whole -> {
            consumer.accept(whole.index(), whole.plain().asReadOnlyBuffer());
            remaining--;
          }
          case Arrival.Packed packed -> {
            unpacking.unpack(packed.first(), packed.bytes());
            packed.batch().deliver(packed.first(), unpacking, consumer);
            remaining -= packed.first().indices().size();
          }
          case Arrival.BatchDone _ -> underWay--;
          case Arrival.Failed failed -> throw failed.cause();
        }
      }
    } finally {
      requests.forEach(disk::cancel);
    }
  }

  private Arrival await() throws IOException {
    try {
      Arrival arrival = arrivals.poll(timeout.toMillis(), TimeUnit.MILLISECONDS);
      if (arrival == null) {
        throw Answer.silence(timeout, what);
      }
      return arrival;
    } catch (InterruptedException e) {
      throw Answer.interrupted();
    }
  }

  /** Sends as many batches as may be under way, and waits for the allowance only for the first. */
  private void ask() throws IOException {
    while (next < chunks.size() && underWay < BATCHES_UNDER_WAY) {
      int end = next;
      long bytes = 0;
      while (end < chunks.size()
          && end - next < BATCH_CHUNKS
          && (end == next || bytes + chunks.get(end).lengthBytes() <= BATCH_BYTES)) {
        bytes += chunks.get(end++).lengthBytes();
      }
      if (underWay == 0) {
        disk.allowance().take(bytes);
      } else if (!disk.allowance().tryTake(bytes)) {
        return;
      }
      List<Extent> batch = chunks.subList(next, end);
      requests.add(
          disk.send(new Batch(next, batch), bytes, number -> new ReadChunks(number, batch)));
      underWay++;
      next = end;
    }
  }

  /** Some chunks that are asked for in one request. */
  private final class Batch implements PendingRead {

    private final int first;
    private final List<Extent> chunks;
    private final @Nullable ByteBuffer[] parts;
    private int remaining;

    /** The segment that is coming, or that came last. */
    private byte[] segment = new byte[0];

    private @Nullable SegmentPart segmentBegin;

    Batch(int first, List<Extent> chunks) {
      this.first = first;
      this.chunks = chunks;
      this.parts = new @Nullable ByteBuffer[chunks.size()];
      this.remaining = chunks.size();
    }

    @Override
    public boolean receive(Message message) {
      return switch (message) {
        case ChunkPart part -> receive(part);
        case SegmentPart part -> receive(part);
        default -> throw new IllegalArgumentException("Chunks were asked for");
      };
    }

    private boolean receive(ChunkPart part) {
      int index = part.index();
      if (index >= chunks.size()) {
        throw new IllegalArgumentException("No chunk " + index + " was asked for");
      }
      ByteBuffer chunk = parts[index];
      if (chunk == null) {
        chunk = ByteBuffer.allocate(Math.toIntExact(chunks.get(index).lengthBytes()));
        parts[index] = chunk;
      }
      int length = part.bytes().readableBytes();
      if (part.partOffset() != chunk.position() || length > chunk.remaining()) {
        throw new IllegalArgumentException("Chunk " + index + " comes in parts that do not fit");
      }
      part.bytes().readBytes(chunk.slice(chunk.position(), length));
      chunk.position(chunk.position() + length);
      if (chunk.hasRemaining()) {
        return false;
      }
      arrivals.add(new Arrival.Whole(first + index, chunk.flip()));
      return arrived(1);
    }

    private boolean receive(SegmentPart part) {
      if (part.partOffset() == 0) {
        if (part.indices().stream().anyMatch(index -> index >= chunks.size())) {
          throw new IllegalArgumentException("A segment has chunks that were not asked for");
        }
        segment = new byte[part.packedBytes()];
        segmentBegin = part;
      }
      int length = part.bytes().readableBytes();
      SegmentPart begin = Objects.requireNonNull(segmentBegin, "A frame begins at 0");
      part.bytes().readBytes(segment, part.partOffset(), length);
      if (part.partOffset() + length < segment.length) {
        return false;
      }
      arrivals.add(new Arrival.Packed(this, begin, ByteBuffer.wrap(segment)));
      return arrived(part.indices().size());
    }

    private boolean arrived(int count) {
      remaining -= count;
      if (remaining < 0) {
        throw new IllegalArgumentException("More chunks come than were asked for");
      }
      if (remaining == 0) {
        arrivals.add(new Arrival.BatchDone());
      }
      return remaining == 0;
    }

    /** Hands the chunks of a segment on. */
    void deliver(SegmentPart part, Unpacking segment, ChunkConsumer consumer) throws IOException {
      for (int index : part.indices()) {
        Extent chunk = chunks.get(index);
        int place = segment.view().find(chunk.id());
        if (place < 0 || segment.view().length(place) != chunk.lengthBytes()) {
          throw new CorruptDataException(
              Fault.of("A segment that the server sent has not the chunk that it says")
                  .in("chunk " + chunk.id() + " of " + what)
                  .at(chunk.offset()));
        }
        consumer.accept(first + index, segment.chunk(place));
      }
    }

    @Override
    public boolean refused(ChunkFailed failed) {
      arrivals.add(new Arrival.Failed(Faults.of(failed.failure())));
      return true;
    }

    @Override
    public void lost(IOException cause) {
      arrivals.add(new Arrival.Failed(cause));
    }
  }
}
