package dozo.repository.ingest;

import dozo.format.key.DomainKeys;
import dozo.format.manifest.MapRoot;
import java.io.IOException;
import java.util.Objects;
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

  /** Made when the first bytes come and given up at the end, for its memory. For the strand. */
  private @Nullable StreamWorker worker;

  /** Written by the caller's one thread. */
  private volatile long acceptedBytes;

  private volatile boolean ended;
  private volatile @Nullable MapRoot root;

  OpenStream(
      String name, long sizeBytes, OpenSession session, DomainKeys keys, IngestContext context) {
    this.name = name;
    this.sizeBytes = sizeBytes;
    this.session = session;
    this.strand = new Strand(context.pool(), context.budget());
    this.keys = keys;
    this.context = context;
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
    strand.submit(
        length,
        () -> {
          run(worker -> worker.data(buffer, offset, length));
          release(released);
        });
  }

  @Override
  public void zeros(long length) {
    accept(length);
    strand.submit(0, () -> run(worker -> worker.zeros(length)));
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
          worker = new StreamWorker(sizeBytes, session, strand, keys, context);
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
