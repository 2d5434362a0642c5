package dozo.client;

import dozo.format.chunk.CutSink;
import dozo.format.chunk.StreamCutter;
import dozo.protocol.client.RemoteChunks;
import dozo.protocol.client.RemoteStream;
import dozo.protocol.client.WantedListener;
import dozo.protocol.message.SessionMessage.Verdict;
import dozo.protocol.message.SessionMessage.Wanted;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One disk on its way to the server, deduplicated here.
 *
 * <p>Three threads form a pipeline, so that nothing waits for an answer: the caller's reads and
 * cuts, one announces what others have hashed, and one sends what the server wants. What is between
 * them is bounded by the windows that the bytes lie in. Used once.
 */
final class SourcePush implements CutSink, WantedListener {

  private static final int BYTES_A_RUN = 40;

  private final RemoteStream stream;
  private final RemoteChunks chunks;
  private final SourceWork work;
  private final Toll toll;
  private final @Nullable TransferTrial trial;
  private final int maximumRuns;

  private final BlockingQueue<Step> hashed = new LinkedBlockingQueue<>();
  private final Queue<RunBatch> announced = new ConcurrentLinkedQueue<>();
  private final BlockingQueue<Answer> answers = new LinkedBlockingQueue<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  private long cutBytes;

  private Window window;
  private RunBatch batch;

  /** What the announcing thread does next. */
  private sealed interface Step {
    record Announce(Future<RunBatch> batch) implements Step {}

    record Stop() implements Step {}
  }

  /** What the sending thread does next. */
  private sealed interface Answer {
    record Judged(List<Verdict> verdicts, long nanos) implements Answer {}

    /** No further batch is announced than so many. */
    record Stop(long batches) implements Answer {}

    record Failed() implements Answer {}
  }

  /**
   * Prepares to send.
   *
   * @param stream takes chunks from its offset on
   * @param isTrial whether to find out if this is the right way
   * @param toll is paid for what goes onto the network
   */
  SourcePush(RemoteStream stream, SourceWork work, boolean isTrial, Toll toll) throws IOException {
    this.stream = stream;
    this.work = work;
    this.toll = toll;
    this.chunks = stream.chunks(this);
    this.trial = isTrial ? new TransferTrial(chunks) : null;
    this.maximumRuns = chunks.maximumRuns();
    this.window = takeWindow();
    this.batch = new RunBatch(window);
  }

  /**
   * Sends everything, or stops where a cut is if it turns out that all should be sent as it is.
   *
   * @param readBytes is told how much of the data was read
   * @return whether everything was sent
   * @throws IOException the first failure, of the source or of the session
   */
  boolean run(ReadAhead ahead, LongConsumer readBytes, BlockPool pool) throws IOException {
    Future<?> announcing = work.talk(this::announce);
    Future<?> sending = work.talk(this::send);
    try {
      cut(ahead, readBytes, pool);
    } catch (IOException | RuntimeException | Error e) {
      fail(e);
    } finally {
      hashed.add(new Step.Stop());
      await(announcing);
      await(sending);
      batch.release();
      window.release();
    }
    Throwable first = failure.get();
    if (first != null) {
      throw Push.asThrown(first);
    }
    return !goesOnAsStream();
  }

  private void cut(ReadAhead ahead, LongConsumer readBytes, BlockPool pool) throws IOException {
    StreamCutter cutter = new StreamCutter(work.chunker(), stream.offset(), window.bytes(), this);
    for (Block block = ahead.next(); block != null; block = ahead.next()) {
      try {
        feed(block, cutter);
        readBytes.accept(block.readBytes());
      } finally {
        if (block.buffer() != null) {
          pool.give(block.buffer());
        }
      }
      if (trial != null) {
        awaitTurn(trial);
      }
      if (goesOnAsStream() || failure.get() != null) {
        endBatch();
        return;
      }
    }
    cutter.finish();
    endBatch();
  }

  private void awaitTurn(TransferTrial of) throws IOException {
    try {
      if (cutBytes >= TransferTrial.TRIAL_BYTES) {
        endBatch();
      }
      of.await(cutBytes);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private boolean goesOnAsStream() {
    return trial != null && trial.choice() == Transfer.STREAM;
  }

  private static void feed(Block block, StreamCutter cutter) throws IOException {
    for (Piece piece : block.pieces()) {
      switch (piece) {
        case Piece.Data data -> {
          ByteBuffer bytes = data.bytes();
          cutter.write(bytes);
        }
        case Piece.Zeros zeros -> cutter.zeros(zeros.lengthBytes());
        case Piece.Checked _, Piece.Kept _ ->
            throw new IllegalStateException("Only whole disks are deduplicated at the source");
      }
    }
  }

  @Override
  public void chunk(long offset, byte[] bytes, int from, int length) {
    batch.chunk(offset, from, length);
    cutBytes += length;
    endBatchIfFull();
  }

  @Override
  public void hole(long offset, long length) {
    batch.hole(offset, length);
    endBatchIfFull();
  }

  private void endBatchIfFull() {
    if (batch.size() == maximumRuns || batch.chunkBytes() >= RunBatch.MAXIMUM_BYTES) {
      endBatch();
    }
  }

  /** Hands the batch on, and begins another in the same window. */
  private void endBatch() {
    if (!batch.isEmpty()) {
      hashed.add(new Step.Announce(work.hash(batch)));
      batch = new RunBatch(window);
    }
  }

  @Override
  public byte[] nextWindow(byte[] full) throws IOException {
    endBatch();
    Window next = takeWindow();
    batch.release();
    window.release();
    window = next;
    batch = new RunBatch(next);
    return next.bytes();
  }

  private Window takeWindow() throws IOException {
    try {
      Window taken = work.windows().take(() -> failure.get() != null);
      if (taken == null) {
        throw new IOException("The backup has failed", failure.get());
      }
      return taken;
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  /** The announcing thread. */
  private void announce() {
    long batches = 0;
    try {
      while (hashed.take() instanceof Step.Announce(Future<RunBatch> hashing)) {
        RunBatch named = hashing.get();
        if (failure.get() != null) {
          named.release();
          continue;
        }
        named.announced(System.nanoTime());
        announced.add(named);
        batches++;
        toll.pay((long) BYTES_A_RUN * named.size());
        chunks.announce(named.runs());
      }
    } catch (IOException | InterruptedException | ExecutionException | RuntimeException | Error e) {
      fail(e);
    } finally {
      answers.add(new Answer.Stop(batches));
    }
  }

  /** The sending thread. */
  private void send() {
    try (WantedChunks wanted =
        new WantedChunks(chunks, work.proofs(), work.chunker().maximumBytes(), toll)) {
      long left = Long.MAX_VALUE;
      long judged = 0;
      while (judged < left) {
        Answer answer = answers.poll();
        if (answer == null) {
          wanted.flush();
          answer = answers.take();
        }
        switch (answer) {
          case Answer.Judged(List<Verdict> verdicts, long nanos) -> {
            judged++;
            judged(verdicts, nanos, wanted);
          }
          case Answer.Stop(long batches) -> left = batches;
          case Answer.Failed() -> {
            return;
          }
        }
      }
      wanted.flush();
    } catch (IOException | InterruptedException | RuntimeException | Error e) {
      fail(e);
    }
  }

  private void judged(List<Verdict> verdicts, long nanos, WantedChunks wanted) throws IOException {
    RunBatch judged = announced.remove();
    try {
      if (verdicts.size() != judged.size()) {
        throw new IOException("The server judged " + verdicts.size() + " runs of " + judged.size());
      }
      wanted.take(judged, verdicts);
      if (trial != null && !goesOnAsStream()) {
        judge(trial, judged, verdicts, nanos);
      }
    } finally {
      judged.release();
    }
  }

  private void judge(TransferTrial judge, RunBatch judged, List<Verdict> verdicts, long nanos) {
    long taken = 0;
    for (int i = 0; i < verdicts.size(); i++) {
      taken += judged.isChunk(i) && verdicts.get(i) == Verdict.TAKEN ? judged.length(i) : 0;
    }
    judge.judged(judged.chunkBytes(), taken, nanos - judged.announcedNanos());
  }

  @Override
  public void wanted(Wanted answer) {
    answers.add(new Answer.Judged(answer.verdicts(), System.nanoTime()));
  }

  @Override
  public void failed(IOException cause) {
    fail(cause);
  }

  private void fail(Throwable cause) {
    failure.compareAndSet(null, cause);
    if (trial != null) {
      trial.abandon();
    }
    answers.add(new Answer.Failed());
  }

  private static void await(Future<?> thread) throws IOException {
    try {
      thread.get();
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (ExecutionException e) {
      throw new IOException(e.getCause());
    }
  }

  private static IOException interrupted(InterruptedException cause) {
    Thread.currentThread().interrupt();
    return (IOException) new InterruptedIOException("Interrupted while sending").initCause(cause);
  }
}
