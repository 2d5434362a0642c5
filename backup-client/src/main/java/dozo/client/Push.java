package dozo.client;

import dozo.client.source.FrozenContent;
import dozo.client.source.Run;
import dozo.protocol.client.RemoteSession;
import dozo.protocol.client.RemoteStream;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Sends what a session still lacks, several disks at a time, over one connection.
 *
 * <p>Used by one thread, and once. Each of its senders has one disk in hand: it takes blocks from a
 * {@link ReadAhead} and blocks itself when the server gives no credit.
 */
final class Push {

  /** How many disks are sent at a time. More would not be faster and would take more memory. */
  static final int SENDERS = 4;

  /** How many reads are under way over all disks. */
  private static final int READERS = 8;

  /** How many blocks of a disk may wait for the network, besides those that are read ahead. */
  private static final int BLOCKS_SENT = 3;

  private static final int REPORT_MILLIS = 250;

  /** Smaller disks and files are sent as they are: there is nothing to gain. */
  private static final long LEAST_SOURCE_BYTES = 1 << 20;

  private final RemoteSession session;
  private final Transfer transfer;
  private final @Nullable SourceWork source;
  private final Set<Transfer> used = ConcurrentHashMap.newKeySet();
  private final Queue<FrozenContent> waiting;
  private final Toll toll;
  private final AtomicLong readBytes;
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  /**
   * Prepares to send.
   *
   * @param transfer how to send
   * @param dataBytes how much there is to read in all, if the session lacks everything
   * @param toll is paid for what is sent
   */
  Push(
      RemoteSession session,
      List<? extends FrozenContent> contents,
      Transfer transfer,
      long dataBytes,
      Toll toll)
      throws IOException {
    this.session = session;
    this.transfer = transfer;
    this.source =
        transfer == Transfer.STREAM ? null : session.source().map(SourceWork::new).orElse(null);
    this.waiting = new ConcurrentLinkedQueue<>(contents);
    this.toll = toll;
    long lacking = 0;
    for (FrozenContent content : contents) {
      lacking += dataBytes(content, session.stream(content.name()).offset());
    }
    this.readBytes = new AtomicLong(dataBytes - lacking);
  }

  /** How many bytes there are to read from an offset to the end. */
  static long dataBytes(FrozenContent content, long from) throws IOException {
    long bytes = 0;
    for (long at = from; at < content.sizeBytes(); ) {
      Run run = content.runAt(at);
      bytes += run.isRead() ? run.lengthBytes() : 0;
      at += run.lengthBytes();
    }
    return bytes;
  }

  /** The ways by which something was sent. */
  Set<Transfer> used() {
    return Set.copyOf(used);
  }

  /** How much of the data was read and handed on, here and in sessions before. */
  long readBytes() {
    return readBytes.get();
  }

  /**
   * Sends everything.
   *
   * @param report called a few times a second
   * @throws IOException the first failure, of a source or of the session; nothing is sent any more
   */
  void run(Runnable report) throws IOException {
    int senders = Math.min(SENDERS, waiting.size());
    CountDownLatch ended = new CountDownLatch(senders);
    // No thread that reads a file may be interrupted: Java would close the file under the others.
    try (ExecutorService readers = Executors.newFixedThreadPool(READERS);
        ExecutorService sending = Executors.newFixedThreadPool(SENDERS)) {
      for (int i = 0; i < senders; i++) {
        sending.execute(() -> send(readers, ended));
      }
      await(ended, report);
    } finally {
      if (source != null) {
        source.close();
      }
    }
    Throwable first = failure.get();
    if (first != null) {
      throw asThrown(first);
    }
  }

  private void await(CountDownLatch ended, Runnable report) throws IOException {
    try {
      while (!ended.await(REPORT_MILLIS, TimeUnit.MILLISECONDS)) {
        report.run();
      }
      report.run();
    } catch (InterruptedException e) {
      InterruptedIOException interrupted = new InterruptedIOException("Interrupted while sending");
      fail(interrupted);
      Thread.currentThread().interrupt();
      throw interrupted;
    }
  }

  private void send(ExecutorService readers, CountDownLatch ended) {
    try {
      BlockPool pool = new BlockPool(ReadAhead.BLOCKS_AHEAD + 1 + BLOCKS_SENT);
      FrozenContent content = waiting.poll();
      while (content != null && failure.get() == null) {
        send(content, pool, readers);
        content = waiting.poll();
      }
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    } finally {
      ended.countDown();
    }
  }

  private void send(FrozenContent content, BlockPool pool, ExecutorService readers)
      throws IOException {
    RemoteStream stream = session.stream(content.name());
    if (!deduplicated(content, stream, pool, readers)) {
      if (stream.offset() < content.sizeBytes()) {
        used.add(Transfer.STREAM);
      }
      sendAsItIs(content, stream, pool, readers);
    }
    stream.end();
  }

  private void sendAsItIs(
      FrozenContent content, RemoteStream stream, BlockPool pool, ExecutorService readers)
      throws IOException {
    ChangesTrial trial = source != null && isTagged(content) ? new ChangesTrial() : null;
    try (ReadAhead ahead = new ReadAhead(content, stream.offset(), pool, readers)) {
      long waited = pool.waitedNanos();
      for (Block block = ahead.next(); block != null; block = ahead.next()) {
        long begin = System.nanoTime();
        long sent = send(block, stream, pool);
        readBytes.addAndGet(block.readBytes());
        if (trial != null) {
          trial.sent(sent, System.nanoTime() - begin + pool.waitedNanos() - waited);
          waited = pool.waitedNanos();
          if (trial.isSlow()) {
            throw new SlowLinkException();
          }
        }
      }
    }
  }

  /**
   * Whether a trial might choose the source. The link to the same host is never slow, and there the
   * server takes without proof only what lies in the VM's newest restore point.
   */
  private boolean isWorthATrial() {
    return !session.isSameHost() || session.latest().isPresent();
  }

  private static boolean isTagged(FrozenContent content) {
    return content instanceof TaggedContent tagged && tagged.hasBase();
  }

  /** Sends a disk deduplicated, as far as that is the right way; returns whether it was sent. */
  private boolean deduplicated(
      FrozenContent content, RemoteStream stream, BlockPool pool, ExecutorService readers)
      throws IOException {
    if (source == null
        || !stream.takesChunks()
        || content instanceof ChangedContent
        || isTagged(content)
        || (transfer == Transfer.AUTO && !isWorthATrial())
        || content.sizeBytes() - stream.offset() < LEAST_SOURCE_BYTES) {
      return false;
    }
    used.add(Transfer.SOURCE);
    long from = stream.offset();
    try (ReadAhead ahead = new ReadAhead(content, from, pool, readers)) {
      SourcePush push = new SourcePush(stream, source, transfer == Transfer.AUTO, toll);
      AtomicLong readHere = new AtomicLong();
      boolean whole =
          push.run(
              ahead,
              bytes -> {
                readHere.addAndGet(bytes);
                readBytes.addAndGet(bytes);
              },
              pool);
      // What was read behind the last cut is read again if the disk goes on as it is.
      long done = dataBytes(content, from) - dataBytes(content, stream.offset());
      readBytes.addAndGet(done - readHere.get());
      return whole;
    }
  }

  /**
   * Sends a block, whose buffer goes back to the pool when the last of its bytes has gone.
   *
   * @return how many bytes of data were sent
   */
  private long send(Block block, RemoteStream stream, BlockPool pool) throws IOException {
    AtomicInteger holders = new AtomicInteger(1);
    Runnable released =
        () -> {
          if (holders.decrementAndGet() == 0 && block.buffer() != null) {
            pool.give(block.buffer());
          }
        };
    long bytes = 0;
    try {
      for (Piece piece : block.pieces()) {
        if (piece instanceof Piece.Data) {
          holders.incrementAndGet();
          bytes += piece.lengthBytes();
        }
        send(piece, stream, released);
      }
    } finally {
      released.run();
    }
    return bytes;
  }

  private void send(Piece piece, RemoteStream stream, Runnable released) throws IOException {
    switch (piece) {
      case Piece.Data data -> {
        toll.await(data.lengthBytes());
        stream.data(data.bytes(), released);
        toll.count(data.lengthBytes());
      }
      case Piece.Checked checked -> {
        stream.check(checked.offset(), checked.bytes());
        stream.keep(checked.lengthBytes());
      }
      case Piece.Kept kept -> stream.keep(kept.lengthBytes());
      case Piece.Zeros zeros -> stream.zeros(zeros.lengthBytes());
    }
  }

  /** Notes the first failure and makes the other senders end. */
  private void fail(Throwable cause) {
    if (failure.compareAndSet(null, cause)) {
      session.close();
    }
  }

  static IOException asThrown(Throwable cause) {
    return switch (cause) {
      case IOException io -> io;
      case RuntimeException runtime -> throw runtime;
      case Error error -> throw error;
      default -> new IOException(cause);
    };
  }
}
