package dozo.server.session;

import dozo.format.ErrorCode;
import dozo.format.manifest.VmRef;
import dozo.protocol.Secret;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.IngestStream;
import dozo.repository.ingest.SessionProgress;
import dozo.repository.ingest.SourceTerms;
import dozo.repository.ingest.Verdict;
import dozo.server.auth.Principal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One restore point in the making, or made, that a client may take up over any connection.
 *
 * <p>Its streams are fed by the thread of the connection that it is attached to; the rest is safe
 * for use by several threads.
 */
public final class ReceivingSession {

  /** Where a session stands. */
  public enum State {
    RECEIVING,
    COMMITTING,
    COMMITTED,
    GONE
  }

  private final IngestSession ingest;
  private final Secret secret;
  private final Principal principal;
  private final boolean inGroup;
  private final Instant begun;
  private final List<ReceivingStream> streams;

  private State state = State.RECEIVING;
  private @Nullable SessionOwner owner;
  private @Nullable CommitReceipt receipt;
  private volatile long lastHeardNanos = System.nanoTime();

  /** When it was detached or committed; both wait for a client that may come back. */
  private long waitingSinceNanos = System.nanoTime();

  ReceivingSession(
      IngestSession ingest,
      Secret secret,
      Principal principal,
      boolean inGroup,
      Instant begun,
      BufferPool pool,
      SessionLimits limits,
      int openSessions) {
    this.ingest = ingest;
    this.secret = secret;
    this.principal = principal;
    this.inGroup = inGroup;
    this.begun = begun;
    List<String> names =
        Stream.concat(
                ingest.request().disks().stream().map(disk -> disk.name()),
                ingest.request().files().stream().map(file -> file.name()))
            .toList();
    List<IngestStream> all = names.stream().map(ingest::stream).toList();
    List<Long> windows =
        limits.windowsOf(all.stream().map(IngestStream::sizeBytes).toList(), openSessions);
    List<ReceivingStream> opened = new ArrayList<>(all.size());
    for (int i = 0; i < all.size(); i++) {
      opened.add(new ReceivingStream(this, all.get(i), pool, windows.get(i)));
    }
    this.streams = List.copyOf(opened);
  }

  /** Its id. */
  public UUID id() {
    return ingest.id();
  }

  /** What its client proves itself with when it comes back. */
  public Secret secret() {
    return secret;
  }

  /** Whose it is. */
  public Principal principal() {
    return principal;
  }

  /** The VM that it is of. */
  public VmRef vm() {
    return ingest.request().vm();
  }

  /** When it was begun. */
  public Instant begun() {
    return begun;
  }

  /** Its streams, disks before files, in the order in which they were announced. */
  public List<ReceivingStream> streams() {
    return streams;
  }

  /** What its client needs to deduplicate at the source; empty if it did not ask, or cannot. */
  public Optional<SourceTerms> source() {
    return ingest.source();
  }

  /**
   * Goes back to where the first announced chunk is still owed, on each stream; for the thread that
   * the session is attached to, which feeds nothing before it is done.
   *
   * @param done runs once, on any thread
   */
  public void rewind(Runnable done) {
    AtomicInteger waiting = new AtomicInteger(streams.size());
    for (ReceivingStream stream : streams) {
      stream.rewind(() -> {
        if (waiting.decrementAndGet() == 0) {
          done.run();
        }
      });
    }
  }

  void judged(ReceivingStream stream, long offset, List<Verdict> verdicts) {
    owner().ifPresent(it -> it.judged(stream, offset, verdicts));
  }

  /** The bytes of all its disks and files, holes included. */
  public long sizeBytes() {
    return streams.stream().mapToLong(ReceivingStream::sizeBytes).sum();
  }

  /** How far it is. */
  public SessionProgress progress() {
    return ingest.progress();
  }

  /** Where it stands. */
  public synchronized State state() {
    return state;
  }

  /** Whether a connection feeds it. */
  public synchronized boolean isAttached() {
    return owner != null;
  }

  /** Whether somebody waits for how it ends: its client, or others of a commit under way. */
  synchronized boolean isAwaited() {
    return owner != null || state == State.COMMITTING;
  }

  /** The receipt, once it is committed. */
  public synchronized Optional<CommitReceipt> receipt() {
    return Optional.ofNullable(receipt);
  }

  /** Notes that its client has sent something. */
  public void heard() {
    lastHeardNanos = System.nanoTime();
  }

  /** On the owner's thread: whether its client could have sent something and long has not. */
  public boolean isAbandoned(Duration silentFor) {
    return state() == State.RECEIVING
        && System.nanoTime() - lastHeardNanos > silentFor.toNanos()
        && (streams.stream().allMatch(ReceivingStream::hasEnded)
            || streams.stream().anyMatch(ReceivingStream::waitsForClient));
  }

  IngestSession ingest() {
    return ingest;
  }

  /** The owner that it has, or empty if it has taken this one. */
  synchronized Optional<SessionOwner> attach(SessionOwner next) {
    if (owner != null && !owner.equals(next)) {
      return Optional.of(owner);
    }
    owner = next;
    heard();
    return Optional.empty();
  }

  /** Lets go of an owner; of no effect if it has another. */
  synchronized void detach(SessionOwner former) {
    if (former.equals(owner)) {
      owner = null;
      waitingSinceNanos = System.nanoTime();
    }
  }

  /**
   * Whether nobody has come for it for so long. Of a group, one that is to be committed still waits
   * for others.
   */
  synchronized boolean hasWaited(Duration detachedFor, Duration rememberedFor) {
    long waited = System.nanoTime() - waitingSinceNanos;
    return switch (state) {
      case RECEIVING -> owner == null && waited > detachedFor.toNanos();
      case COMMITTING -> inGroup && owner == null && waited > detachedFor.toNanos();
      case COMMITTED -> waited > rememberedFor.toNanos();
      case GONE -> false;
    };
  }

  /** Goes from receiving to committing, if it is receiving. Returns the state that it was in. */
  synchronized State beginCommit() throws StreamViolationException {
    State before = state;
    if (before == State.RECEIVING) {
      for (ReceivingStream stream : streams) {
        if (!stream.hasEnded()) {
          throw new StreamViolationException(
              ErrorCode.PROTOCOL, "COMMIT came before the end of stream " + stream.name());
        }
      }
      state = State.COMMITTING;
    }
    return before;
  }

  /** Is committed. Returns false if it had been given up, which came too late. */
  synchronized boolean commit(CommitReceipt made) {
    if (state == State.GONE) {
      return false;
    }
    state = State.COMMITTED;
    receipt = made;
    waitingSinceNanos = System.nanoTime();
    return true;
  }

  /** Ends without a restore point. Returns false if it had come to an end before. */
  synchronized boolean end() {
    if (state == State.COMMITTED || state == State.GONE) {
      return false;
    }
    state = State.GONE;
    return true;
  }

  synchronized Optional<SessionOwner> owner() {
    return Optional.ofNullable(owner);
  }

  void creditReturned(ReceivingStream stream) {
    owner().ifPresent(it -> it.creditReturned(stream));
  }
}
