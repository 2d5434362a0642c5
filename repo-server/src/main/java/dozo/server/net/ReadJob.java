package dozo.server.net;

import dozo.format.ErrorCode;
import dozo.format.disk.ChunkSource;
import dozo.protocol.message.ReadingMessage.ChunkFailed;
import dozo.server.metrics.ServerMetrics;
import dozo.server.metrics.ServerMetrics.ReadKind;
import java.io.IOException;
import java.time.Duration;

/** A numbered request on an open disk. */
abstract class ReadJob implements Job {

  private final OpenDisk disk;
  private final ServerMetrics metrics;
  private final ReadKind kind;
  private final Replies replies;
  private final int handle;
  private final int request;

  ReadJob(
      OpenDisk disk,
      ServerMetrics metrics,
      ReadKind kind,
      Replies replies,
      int handle,
      int request) {
    this.disk = disk;
    this.metrics = metrics;
    this.kind = kind;
    this.replies = replies;
    this.handle = handle;
    this.request = request;
  }

  /** Reads and answers. */
  abstract boolean read(ChunkSource source) throws IOException;

  /** The disk that is read. */
  OpenDisk disk() {
    return disk;
  }

  Replies replies() {
    return replies;
  }

  int handle() {
    return handle;
  }

  int request() {
    return request;
  }

  @Override
  public final boolean step() throws IOException {
    if (!disk.use()) {
      refuse(ErrorCode.NOT_FOUND, "The disk was closed");
      return false;
    }
    long started = System.nanoTime();
    try {
      return read(disk.source());
    } finally {
      replies.flush();
      metrics.read(kind, Duration.ofNanos(System.nanoTime() - started));
      disk.unuse();
    }
  }

  @Override
  public final void fail(Throwable cause) {
    replies.send(handle, new ChunkFailed(request, ChunkFailed.WHOLE_REQUEST, Failures.of(cause)));
  }

  @Override
  public final void refuse(ErrorCode code, String message) {
    replies.send(
        handle,
        new ChunkFailed(request, ChunkFailed.WHOLE_REQUEST, Failures.failure(code, message)));
  }
}
