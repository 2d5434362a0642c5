package dozo.repository.ingest;

import dozo.format.BaseMismatchException;
import dozo.format.ChunkId;
import dozo.format.disk.Extent;
import dozo.format.key.DomainKeys;
import dozo.format.manifest.MapRoot;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A stream of an open session: passes what it is given to its worker, on its strand. */
final class OpenStream implements IngestStream {

  private static final Logger log = LoggerFactory.getLogger(OpenStream.class);

  private final String name;
  private final long sizeBytes;
  private final OpenSession session;
  private final Strand strand;
  private final DomainKeys keys;
  private final IngestContext context;
  private final @Nullable OpenBase base;
  private final @Nullable String noBase;
  private final @Nullable OwnChunks own;

  /** Made when the first bytes come and given up at the end, for its memory. For the strand. */
  private @Nullable StreamWorker worker;

  /** Written by the caller's one thread, and while it waits for a rewind by the strand. */
  private volatile long acceptedBytes;

  /** Whether bytes have come, or a hole that may go on; written by the caller's one thread. */
  private volatile boolean bytesCame;

  private volatile boolean ended;
  private volatile @Nullable MapRoot root;

  /**
   * Makes a stream.
   *
   * @param base what may be kept from; closed by the session
   * @param noBase why there is none although one was asked for
   * @param own what may be announced without a proof
   */
  OpenStream(
      String name,
      long sizeBytes,
      OpenSession session,
      DomainKeys keys,
      IngestContext context,
      @Nullable OpenBase base,
      @Nullable String noBase,
      @Nullable OwnChunks own) {
    this.name = name;
    this.sizeBytes = sizeBytes;
    this.session = session;
    this.strand = new Strand(context.pool(), context.budget());
    this.keys = keys;
    this.context = context;
    this.base = base;
    this.noBase = noBase;
    this.own = own;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public long acceptedBytes() {
    return acceptedBytes;
  }

  @Override
  public void data(byte[] buffer, int offset, int length, Runnable released) {
    Objects.checkFromIndexSize(offset, length, buffer.length);
    accept(length);
    bytesCame = true;
    strand.submit(
        length,
        () -> {
          run(worker -> worker.data(buffer, offset, length));
          release(released);
        });
  }

  @Override
  public void zeros(long length, Runnable released) {
    accept(length);
    bytesCame = true;
    strand.submit(
        0,
        () -> {
          run(worker -> worker.zeros(length));
          release(released);
        });
  }

  @Override
  public Optional<String> noBase() {
    return Optional.ofNullable(noBase);
  }

  @Override
  public long baseBytes() {
    return base == null ? 0 : base.map().sizeBytes();
  }

  @Override
  public void keep(long length, Runnable released) {
    requireInBase(acceptedBytes, length);
    accept(length);
    strand.submit(
        0,
        () -> {
          run(worker -> worker.keep(length));
          release(released);
        });
  }

  @Override
  public void check(long offset, int length, String sha256, Runnable done) {
    requireInBase(offset, length);
    strand.submit(
        0,
        () -> {
          run(worker -> {
            if (!worker.baseSha256(offset, length).equals(sha256)) {
              throw new BaseMismatchException(name, offset, length);
            }
          });
          release(done);
        });
  }

  private void requireInBase(long offset, long length) {
    if (base == null || offset < 0 || length < 1 || length > base.map().sizeBytes() - offset) {
      throw new IllegalArgumentException(
          "Stream " + name + " has no base with " + length + " bytes from " + offset + " on");
    }
  }

  @Override
  public boolean takesChunks() {
    return session.source().isPresent() && base == null && !bytesCame;
  }

  @Override
  public void announce(List<Extent> runs, AnnouncementListener listener) {
    if (!takesChunks() || runs.getFirst().offset() != acceptedBytes) {
      throw new IllegalStateException(
          "Stream " + name + " takes no chunks from " + runs.getFirst().offset() + " on");
    }
    accept(runs.getLast().end() - acceptedBytes);
    strand.submit(0, () -> run(worker -> worker.announced(own, listener).announce(runs, listener)));
  }

  @Override
  public void content(SentContent content, Runnable released) {
    strand.submit(
        content.plainBytes(),
        () -> {
          run(worker -> worker.content(content));
          release(released);
        });
  }

  @Override
  public void prove(long number, List<ChunkId> proofs, Runnable released) {
    strand.submit(
        0,
        () -> {
          run(worker -> worker.announced().prove(number, proofs));
          release(released);
        });
  }

  @Override
  public void rewind(Runnable done) {
    strand.submit(
        0,
        () -> {
          run(worker -> {
            long dropped = worker.rewind();
            long accepted = acceptedBytes;
            acceptedBytes = accepted - dropped;
            session.counts().accepted(-dropped);
          });
          release(done);
        });
  }

  @Override
  public void end() {
    if (ended || acceptedBytes != sizeBytes) {
      throw new IllegalStateException(
          ended
              ? "Stream " + name + " has ended already"
              : "Stream "
                  + name
                  + " has "
                  + sizeBytes
                  + " bytes, of which "
                  + acceptedBytes
                  + " came");
    }
    ended = true;
    strand.submit(
        0,
        () ->
            run(last -> {
              root = last.finish();
              worker = null;
              session.streamFinished();
            }));
  }

  /** Whether the caller has ended the stream. */
  boolean isEnded() {
    return ended;
  }

  /** Where the map begins, once the stream is finished. */
  MapRoot root() {
    MapRoot finished = root;
    if (finished == null) {
      throw new IllegalStateException("Stream " + name + " is not finished");
    }
    return finished;
  }

  /** Sends on its way what has been gathered, because the session has ended without a commit. */
  void abandon() {
    strand.submitUrgent(() -> {
      StreamWorker last = worker;
      worker = null;
      if (last != null) {
        last.flush();
      }
    });
  }

  private void accept(long length) {
    long accepted = acceptedBytes;
    if (length < 1 || length > sizeBytes - accepted || ended) {
      throw new IllegalArgumentException(
          "Stream "
              + name
              + " has "
              + sizeBytes
              + " bytes; "
              + length
              + " after "
              + accepted
              + (ended ? " and its end" : "")
              + " are not possible");
    }
    acceptedBytes = accepted + length;
    session.counts().accepted(length);
  }

  @FunctionalInterface
  private interface Step {
    void run(StreamWorker worker) throws IOException;
  }

  private void run(Step step) {
    if (session.isRunning()) {
      try {
        if (worker == null) {
          worker = new StreamWorker(sizeBytes, base, session, strand, keys, context);
        }
        step.run(worker);
      } catch (Throwable e) {
        session.fail(e);
      }
    }
  }

  private void release(Runnable released) {
    try {
      released.run();
    } catch (RuntimeException e) {
      log.error("A buffer's owner failed on its return session={}", session.id(), e);
    }
  }
}
