package dozo.bench.cut;

import dozo.repository.ingest.IngestStream;
import java.io.EOFException;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Feeds an image to a stream, zeros as such, and keeps account of what that cost by itself. */
final class ImageFeed {

  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
  private static final int FRAME_BYTES = 256 << 10;
  private static final int FRAMES = 64;

  private final FileChannel image;
  private final BlockingQueue<byte[]> free = new ArrayBlockingQueue<>(FRAMES);
  private long cpuNanos;
  private long dataBytes;

  ImageFeed(FileChannel image) {
    this.image = image;
    for (int i = 0; i < FRAMES; i++) {
      free.add(new byte[FRAME_BYTES]);
    }
  }

  /** Feeds all of it. */
  void into(IngestStream stream) throws IOException {
    long before = THREADS.getCurrentThreadCpuTime();
    byte[] zeros = new byte[FRAME_BYTES];
    long size = image.size();
    for (long at = 0; at < size; at += FRAME_BYTES) {
      int length = (int) Math.min(FRAME_BYTES, size - at);
      byte[] frame = take();
      read(at, ByteBuffer.wrap(frame, 0, length));
      if (Arrays.equals(frame, 0, length, zeros, 0, length)) {
        stream.zeros(length, () -> free.add(frame));
      } else {
        dataBytes += length;
        stream.data(frame, 0, length, () -> free.add(frame));
      }
    }
    stream.end();
    cpuNanos = THREADS.getCurrentThreadCpuTime() - before;
  }

  /** The processor time of reading. */
  long cpuNanos() {
    return cpuNanos;
  }

  /** The bytes of frames that are not all zeros. */
  long dataBytes() {
    return dataBytes;
  }

  private byte[] take() throws IOException {
    try {
      return free.take();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
  }

  private void read(long offset, ByteBuffer target) throws IOException {
    long at = offset;
    while (target.hasRemaining()) {
      int count = image.read(target, at);
      if (count < 0) {
        throw new EOFException("The image ends at byte " + at);
      }
      at += count;
    }
  }
}
