package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.format.disk.ChunkConsumer;
import dozo.format.disk.ChunkSource;
import dozo.format.disk.Extent;
import dozo.format.seal.PackedSegment;
import dozo.protocol.Protocol;
import dozo.protocol.message.ConnectionMessage.Failure;
import dozo.protocol.message.ReadingMessage.ChunkFailed;
import dozo.protocol.message.ReadingMessage.ReadChunks;
import dozo.server.metrics.ServerMetrics;
import dozo.server.metrics.ServerMetrics.ReadKind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * Sends chunks, a few megabytes a step. A chunk that cannot be had is told by itself and keeps none
 * of the others back.
 */
final class ReadChunksJob extends ReadJob {

  private static final long STEP_BYTES = 4 << 20;

  private final List<Extent> chunks;
  private @Nullable ChunkCheck check;
  private int next;

  ReadChunksJob(
      OpenDisk disk, ServerMetrics metrics, Replies replies, int handle, ReadChunks question) {
    super(disk, metrics, ReadKind.CHUNKS, replies, handle, question.request());
    this.chunks = question.chunks();
  }

  @Override
  boolean read(ChunkSource source) throws IOException {
    ChunkCheck checked = check == null ? new ChunkCheck(source, chunks.size()) : check;
    check = checked;
    List<Extent> wanted = new ArrayList<>();
    List<Integer> indices = new ArrayList<>();
    long bytes = 0;
    while (next < chunks.size()
        && (wanted.isEmpty() || bytes + chunks.get(next).lengthBytes() <= STEP_BYTES)) {
      Extent chunk = chunks.get(next);
      if (checked.holds(chunk)) {
        wanted.add(chunk);
        indices.add(next);
        bytes += chunk.lengthBytes();
      } else {
        tell(
            next,
            Failures.failure(
                ErrorCode.NOT_FOUND, "No such chunk is at " + chunk.offset() + " of the disk"));
      }
      next++;
    }
    if (!wanted.isEmpty()) {
      fetch(source, wanted, indices);
    }
    return next < chunks.size();
  }

  private void fetch(ChunkSource source, List<Extent> wanted, List<Integer> indices) {
    AtomicIntegerArray sent = new AtomicIntegerArray(wanted.size());
    try {
      ChunkConsumer single =
          (place, plain) -> {
            send(indices.get(place), plain);
            sent.set(place, 1);
          };
      if (disk().isPacked()) {
        disk()
            .source()
            .fetchPacked(
                wanted,
                single,
                (places, segment) -> {
                  send(places.stream().map(indices::get).toList(), segment);
                  places.forEach(place -> sent.set(place, 1));
                });
      } else {
        source.fetch(wanted, single);
      }
    } catch (IOException e) {
      for (int place = 0; place < wanted.size(); place++) {
        if (sent.get(place) == 0) {
          fetchAlone(source, wanted.get(place), indices.get(place));
        }
      }
    }
  }

  private void fetchAlone(ChunkSource source, Extent chunk, int index) {
    try {
      source.fetch(List.of(chunk), (place, plain) -> send(index, plain));
    } catch (IOException e) {
      tell(index, Failures.of(e));
    }
  }

  private void send(int index, ByteBuffer plain) {
    int start = plain.position();
    for (int at = start; at < plain.limit(); ) {
      int length = Math.min(Protocol.MAXIMUM_BULK_BYTES, plain.limit() - at);
      replies().writeChunk(handle(), request(), index, at - start, plain.slice(at, length));
      at += length;
    }
  }

  private void send(List<Integer> places, PackedSegment segment) {
    replies().writeSegment(handle(), request(), places, segment);
  }

  private void tell(int index, Failure failure) {
    replies().write(handle(), new ChunkFailed(request(), index, failure));
  }
}
