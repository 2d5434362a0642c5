package dozo.repository.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/** The file system of this machine, for tests about files that stay open to be read. */
public final class CountedFiles extends ForwardingFiles {

  private final AtomicInteger opened = new AtomicInteger();
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger interruptions = new AtomicInteger();
  private volatile Runnable whenOpening = () -> {};

  /** How often a file was opened. */
  public int opened() {
    return opened.get();
  }

  /** How many files are open. */
  public int open() {
    return open.get();
  }

  /** Fails what is open from now on, as an interrupt of one of its readers does. */
  public void interrupt() {
    interruptions.incrementAndGet();
  }

  /** Has something done whenever a file is opened, before its opener gets it. */
  public void whenOpening(Runnable action) {
    whenOpening = action;
  }

  @Override
  public ReadableFile open(Path file) throws IOException {
    ReadableFile readable = super.open(file);
    opened.incrementAndGet();
    open.incrementAndGet();
    whenOpening.run();
    AtomicBoolean closed = new AtomicBoolean();
    int before = interruptions.get();
    return new ReadableFile() {
      @Override
      public long sizeBytes() {
        return readable.sizeBytes();
      }

      @Override
      public void read(long offset, ByteBuffer target) throws IOException {
        if (interruptions.get() > before) {
          throw new ClosedChannelException();
        }
        readable.read(offset, target);
      }

      @Override
      public void close() {
        readable.close();
        if (closed.compareAndSet(false, true)) {
          open.decrementAndGet();
        }
      }
    };
  }
}
