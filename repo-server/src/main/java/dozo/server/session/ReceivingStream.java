package dozo.server.session;

import dozo.format.ChunkId;
import dozo.format.ErrorCode;
import dozo.format.disk.Extent;
import dozo.protocol.Protocol;
import dozo.repository.ingest.AnnouncementListener;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.SentContent;
import dozo.repository.ingest.Verdict;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One disk or configuration file as it comes in: checks the order, the size and the credit, gathers
 * small pieces into larger arrays, and gives them to the engine.
 *
 * <p>All methods are for the thread that the session is attached to, but credit comes back on any.
 * A piece is handed on when its array is full, or at once when the engine has nothing of this
 * stream: so a fast client fills arrays and a slow one does not wait for more.
 */
public final class ReceivingStream {

  /** Copies the next bytes of what came into an array. */
  @FunctionalInterface
  public interface Source {
    /** Copies {@code length} bytes. */
    void copyTo(byte[] target, int offset, int length);
  }

  /**
   * Credit goes back in parts of the window: fewer frames, and yet little that the client could
   * have used on a long way is kept waiting.
   */
  private static final int RETURNED_AT_ONCE = 8;

  /** Less could be guessed at. */
  private static final int MINIMUM_CHECK_BYTES = 64 << 10;

  private final ReceivingSession session;
  private final IngestStream ingest;
  private final BufferPool pool;
  private final long windowBytes;

  /** What the client may still send. */
  private long credit;

  /** What the engine has given back and the client has not been told of. */
  private final AtomicLong returned = new AtomicLong();

  /** Arrays that the engine has. */
  private final AtomicInteger underWay = new AtomicInteger();

  private byte @Nullable [] buffer;
  private int filled;
  private long filledCost;
  private long gatheredZeros;
  private long gatheredKept;
  private long offset;
  private boolean ended;

  /** Whether runs were announced, and no bytes since. */
  private boolean announcing;

  ReceivingStream(
      ReceivingSession session, IngestStream ingest, BufferPool pool, long windowBytes) {
    this.session = session;
    this.ingest = ingest;
    this.pool = pool;
    this.windowBytes = windowBytes;
    this.credit = windowBytes;
  }

  /** The session that it is a stream of. */
  public ReceivingSession session() {
    return session;
  }

  /** The name of the disk or file. */
  public String name() {
    return ingest.name();
  }

  /** The bytes announced for it, holes included. */
  long sizeBytes() {
    return ingest.sizeBytes();
  }

  /** The size of the base that ranges may be kept from, in bytes; 0 if there is none. */
  public long baseBytes() {
    return ingest.baseBytes();
  }

  /** Why nothing can be kept from the base that was asked for; empty if it can, or none was. */
  public Optional<String> noBase() {
    return ingest.noBase();
  }

  /** Where the client goes on. */
  public long offset() {
    return offset;
  }

  /** Whether the client has said that this is all. */
  public boolean hasEnded() {
    return ended;
  }

  /** Whether the client could send more and has more to send. */
  boolean waitsForClient() {
    return !ended && credit + returned.get() >= Protocol.MINIMUM_COST_BYTES;
  }

  /**
   * Takes bytes.
   *
   * @param costBytes the credit that they cost
   */
  public void data(long at, int length, int costBytes, Source source)
      throws StreamViolationException {
    pay(costBytes);
    check(at, length);
    announcing = false;
    flushZeros();
    flushKept();
    offset += length;
    filledCost += costBytes;
    int left = length;
    while (left > 0) {
      byte[] target = buffer == null ? pool.take() : buffer;
      buffer = target;
      int part = Math.min(left, target.length - filled);
      source.copyTo(target, filled, part);
      filled += part;
      left -= part;
      if (filled == target.length) {
        flushData(target);
      }
    }
  }

  /**
   * Takes a range of zeros. One that goes on where another ended costs nothing for long: both are
   * handed on as one, and hold the credit of one until the engine has taken it.
   */
  public void zeros(long at, long length) throws StreamViolationException {
    pay(Protocol.MINIMUM_COST_BYTES);
    if (length < 1) {
      throw new StreamViolationException(ErrorCode.PROTOCOL, "A range of zeros has no bytes");
    }
    check(at, length);
    announcing = false;
    if (buffer != null) {
      flushData(buffer);
    }
    flushKept();
    offset += length;
    if (gatheredZeros > 0) {
      giveBack(Protocol.MINIMUM_COST_BYTES);
    }
    gatheredZeros += length;
  }

  /** Takes a range that is as in the base; gathered like {@link #zeros}. */
  public void keep(long at, long length) throws StreamViolationException {
    pay(Protocol.MINIMUM_COST_BYTES);
    if (length < 1) {
      throw new StreamViolationException(ErrorCode.PROTOCOL, "A range to keep has no bytes");
    }
    check(at, length);
    requireInBase(at, length);
    if (buffer != null) {
      flushData(buffer);
    }
    flushZeros();
    offset += length;
    if (gatheredKept > 0) {
      giveBack(Protocol.MINIMUM_COST_BYTES);
    }
    gatheredKept += length;
  }

  /** Takes what the client found in a range of the base. */
  public void check(long at, int length, String sha256) throws StreamViolationException {
    pay(Protocol.MINIMUM_COST_BYTES);
    requireInBase(at, length);
    if (length < MINIMUM_CHECK_BYTES && at + length < ingest.baseBytes()) {
      throw new StreamViolationException(
          ErrorCode.PROTOCOL, "CHECK takes " + MINIMUM_CHECK_BYTES + " bytes or more");
    }
    flush();
    underWay.incrementAndGet();
    ingest.check(at, length, sha256, this::rangeTaken);
  }

  private void requireInBase(long at, long length) throws StreamViolationException {
    if (at > ingest.baseBytes() || length > ingest.baseBytes() - at) {
      throw new StreamViolationException(
          ErrorCode.PROTOCOL,
          "The base of stream " + name() + " has no " + length + " bytes from " + at + " on");
    }
  }

  /** Whether chunks may be announced from the offset on. */
  public boolean takesChunks() {
    long longest =
        session.source().map(terms -> terms.chunker().maximumBytes()).orElse(Integer.MAX_VALUE);
    return ingest.takesChunks()
        && buffer == null
        && gatheredZeros == 0
        && windowBytes / 2 >= longest + Protocol.MINIMUM_COST_BYTES;
  }

  /**
   * Takes announced runs.
   *
   * @param runs each begins where the one before ends
   */
  public void chunks(List<Extent> runs) throws StreamViolationException {
    int cost = Protocol.runsCost(runs.size());
    pay(cost);
    long at = runs.getFirst().offset();
    long end = runs.getLast().end();
    check(at, end - at);
    if (!takesChunks()) {
      throw new StreamViolationException(
          ErrorCode.PROTOCOL, "Stream " + name() + " takes no chunks, only their bytes");
    }
    announcing = true;
    offset = end;
    underWay.incrementAndGet();
    ingest.announce(runs, new Judging());
  }

  /** Takes the content of chunks. */
  public void content(
      long number, int count, int plainBytes, boolean packed, int length, int cost, Source source)
      throws StreamViolationException {
    pay(cost);
    requireAnnounced();
    boolean fits = length <= BufferPool.BUFFER_BYTES;
    byte[] target = fits ? pool.take() : new byte[length];
    source.copyTo(target, 0, length);
    underWay.incrementAndGet();
    ingest.content(
        new SentContent(number, count, plainBytes, packed, target, 0, length),
        () -> {
          if (fits) {
            pool.give(target);
          }
          underWay.decrementAndGet();
          giveBack(cost);
        });
  }

  /** Takes proofs of chunks. */
  public void prove(long number, List<ChunkId> proofs) throws StreamViolationException {
    int cost = Protocol.frameCost(Long.BYTES + Integer.BYTES + ChunkId.BYTES * proofs.size());
    pay(cost);
    requireAnnounced();
    underWay.incrementAndGet();
    ingest.prove(
        number,
        proofs,
        () -> {
          underWay.decrementAndGet();
          giveBack(cost);
        });
  }

  private void requireAnnounced() throws StreamViolationException {
    if (!announcing || ended) {
      throw new StreamViolationException(
          ErrorCode.PROTOCOL, "Chunks of stream " + name() + " came that were not announced");
    }
  }

  /** Gives credit back as runs are settled. */
  private final class Judging implements AnnouncementListener {

    @Override
    public void judged(long first, List<Verdict> verdicts) {
      long owed = verdicts.stream().filter(it -> it != Verdict.TAKEN).count();
      session.judged(ReceivingStream.this, first, verdicts);
      underWay.decrementAndGet();
      giveBack(Protocol.runsCost(verdicts.size()) - Protocol.RUN_COST_BYTES * owed);
    }

    @Override
    public void settled(int runs) {
      giveBack((long) Protocol.RUN_COST_BYTES * runs);
    }
  }

  /** Goes back to where something is owed; see {@link ReceivingSession#rewind}. */
  void rewind(Runnable done) {
    if (announcing && !ended) {
      ingest.rewind(done);
    } else {
      done.run();
    }
  }

  /** Takes note of where a rewind has gone. */
  public void rewound() {
    if (announcing && !ended) {
      offset = ingest.acceptedBytes();
    }
  }

  /** Takes the end. */
  public void end(long sizeBytes) throws StreamViolationException {
    if (sizeBytes != ingest.sizeBytes() || offset != sizeBytes) {
      throw new StreamViolationException(
          ErrorCode.PROTOCOL,
          "Stream "
              + name()
              + " ends at "
              + sizeBytes
              + " after "
              + offset
              + " bytes; "
              + ingest.sizeBytes()
              + " were announced");
    }
    if (!ended) {
      flush();
      ended = true;
      ingest.end();
    }
  }

  private void pay(int costBytes) throws StreamViolationException {
    credit -= costBytes;
    if (credit < 0) {
      throw new StreamViolationException(
          ErrorCode.PROTOCOL, "Stream " + name() + " was sent more than it had credit for");
    }
  }

  private void check(long at, long length) throws StreamViolationException {
    if (ended || at != offset) {
      throw new StreamViolationException(
          ErrorCode.PROTOCOL,
          ended
              ? "Stream " + name() + " goes on after its end"
              : "Stream " + name() + " goes on at " + at + " and not at " + offset);
    }
    if (length > ingest.sizeBytes() - offset) {
      throw new StreamViolationException(
          ErrorCode.TOO_LARGE,
          "Stream " + name() + " has more than the " + ingest.sizeBytes() + " bytes announced");
    }
  }

  /** Hands on what was gathered if the engine has nothing to do for this stream. */
  public void flushIfIdle() {
    if (underWay.get() == 0) {
      flush();
    }
  }

  private void flush() {
    if (buffer != null) {
      flushData(buffer);
    }
    flushZeros();
    flushKept();
  }

  private void flushKept() {
    if (gatheredKept > 0) {
      long length = gatheredKept;
      gatheredKept = 0;
      underWay.incrementAndGet();
      ingest.keep(length, this::rangeTaken);
    }
  }

  private void flushZeros() {
    if (gatheredZeros > 0) {
      long length = gatheredZeros;
      gatheredZeros = 0;
      underWay.incrementAndGet();
      ingest.zeros(length, this::rangeTaken);
    }
  }

  private void rangeTaken() {
    underWay.decrementAndGet();
    giveBack(Protocol.MINIMUM_COST_BYTES);
  }

  private void flushData(byte[] full) {
    int length = filled;
    long cost = filledCost;
    buffer = null;
    filled = 0;
    filledCost = 0;
    underWay.incrementAndGet();
    ingest.data(
        full,
        0,
        length,
        () -> {
          pool.give(full);
          underWay.decrementAndGet();
          giveBack(cost);
        });
  }

  /** Any thread: the engine has taken what so much credit was paid for. */
  private void giveBack(long cost) {
    long before = returned.getAndAdd(cost);
    long enough = windowBytes / RETURNED_AT_ONCE;
    if ((before < enough && before + cost >= enough) || underWay.get() == 0) {
      session.creditReturned(this);
    }
  }

  /**
   * Gives the client the credit that came back, unless it is little and the client has enough.
   *
   * @return how much it may send more, perhaps nothing
   */
  public long announceCredit() {
    if (returned.get() < windowBytes / RETURNED_AT_ONCE && credit >= windowBytes / 2) {
      return 0;
    }
    return takeReturned();
  }

  /**
   * Gives a client that has resumed all that it may send.
   *
   * @return what it may send
   */
  public long grantCredit() {
    takeReturned();
    return credit;
  }

  private long takeReturned() {
    long more = returned.getAndSet(0);
    credit += more;
    return more;
  }

  /** Gives up what was gathered. The session has failed or was aborted. */
  void discard() {
    if (buffer != null) {
      pool.give(buffer);
      buffer = null;
    }
    filled = 0;
    gatheredZeros = 0;
    gatheredKept = 0;
  }
}
