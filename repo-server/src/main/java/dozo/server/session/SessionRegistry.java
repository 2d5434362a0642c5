package dozo.server.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dozo.format.ErrorCode;
import dozo.protocol.GroupSpec;
import dozo.protocol.Secret;
import dozo.repository.Repository;
import dozo.repository.ingest.CommitDetails;
import dozo.repository.ingest.CommitGroup;
import dozo.repository.ingest.CommitReceipt;
import dozo.repository.ingest.IngestSession;
import dozo.repository.ingest.SessionRequest;
import dozo.server.auth.Principal;
import dozo.server.metrics.ServerMetrics;
import dozo.server.metrics.ServerMetrics.SessionOutcome;
import dozo.server.session.ReceivingSession.State;
import java.io.IOException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The sessions of a server, attached or waiting for their clients, and those whose receipts can be
 * asked for again.
 *
 * <p>Safe for use by several threads. Only {@link #begin} may wait for the engine.
 */
public final class SessionRegistry implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(SessionRegistry.class);
  private static final int SECRET_BYTES = 32;
  static final int MAXIMUM_REMEMBERED = 1_000;
  private static final int IDLE_BUFFERS = 256;

  /** Members of a group are begun at about the same time; one that comes after its end is told. */
  private static final Duration GROUPS_REMEMBERED = Duration.ofHours(24);

  private static final int MAXIMUM_GROUPS = 100_000;

  private record GroupOfPrincipal(UUID principal, UUID group) {}

  private final Repository repository;
  private volatile SessionLimits limits;
  private final ServerMetrics metrics;
  private final Clock clock;
  private final SecureRandom random;
  private final BufferPool pool = new BufferPool(IDLE_BUFFERS);
  private final Map<UUID, ReceivingSession> sessions = new ConcurrentHashMap<>();
  private final ScheduledExecutorService housekeeping =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("dozo-sessions").daemon().factory());
  private final Cache<GroupOfPrincipal, CommitGroup> groups =
      Caffeine.newBuilder()
          .expireAfterAccess(GROUPS_REMEMBERED)
          .maximumSize(MAXIMUM_GROUPS)
          .build();
  private final List<Consumer<ReceivingSession>> committed = new CopyOnWriteArrayList<>();
  private final List<BiConsumer<ReceivingSession, String>> failed = new CopyOnWriteArrayList<>();
  private int open;
  private volatile boolean draining;

  /** Starts without sessions. */
  public SessionRegistry(
      Repository repository,
      SessionLimits limits,
      ServerMetrics metrics,
      Clock clock,
      SecureRandom random) {
    this.repository = repository;
    this.limits = limits;
    this.metrics = metrics;
    this.clock = clock;
    this.random = random;
    long period = Math.clamp(limits.detachedFor().toMillis() / 4, 50, 5_000);
    var _ =
        housekeeping.scheduleWithFixedDelay(this::forgetOld, period, period, TimeUnit.MILLISECONDS);
    metrics.gauge("dozo.sessions", "Sessions that have not ended", this::openCount);
  }

  /** Has committed sessions told to a listener, which must not block. */
  public void onCommit(Consumer<ReceivingSession> listener) {
    committed.add(listener);
  }

  /** Has sessions that begin from now on take no more than that. */
  public void limit(SessionLimits other) {
    limits = other;
  }

  /**
   * Has sessions told to a listener, which must not block, that ended without a restore point and
   * not because of their clients' wish; with the reason, for people.
   */
  public void onFailure(BiConsumer<ReceivingSession, String> listener) {
    failed.add(listener);
  }

  /** How long a client may be silent. */
  public Duration silentFor() {
    return limits.silentFor();
  }

  /**
   * Begins a session and attaches it.
   *
   * @param spec the consistency group that it is of, if it is of one; of the same principal
   * @throws SessionRefusedException if there are too many, or the server drains
   * @throws IOException if the engine takes nothing more
   */
  public ReceivingSession begin(
      Principal principal, SessionRequest request, @Nullable GroupSpec spec, SessionOwner owner)
      throws SessionRefusedException, IOException {
    reserve(principal);
    IngestSession ingest;
    try {
      ingest =
          spec == null
              ? repository.beginSession(request)
              : repository.beginSession(request, group(principal, spec));
    } catch (IOException | RuntimeException e) {
      release();
      throw e;
    }
    ReceivingSession session =
        new ReceivingSession(
            ingest,
            drawSecret(),
            principal,
            spec != null,
            clock.instant(),
            pool,
            limits,
            openCount() - 1);
    session.attach(owner);
    sessions.put(session.id(), session);
    metrics.sessionBegun();
    ingest
        .failure()
        .whenComplete((nothing, cause) -> {
          if (cause != null) {
            fail(session, unwrap(cause));
          }
        });
    if (draining) {
      abort(session);
      throw drains();
    }
    return session;
  }

  private CommitGroup group(Principal principal, GroupSpec spec) {
    CommitGroup group =
        groups.get(
            new GroupOfPrincipal(principal.id(), spec.id()),
            _ -> new CommitGroup(spec.id(), spec.members()));
    if (group.size() != spec.members()) {
      throw new IllegalArgumentException(
          "Group " + spec.id() + " has " + group.size() + " members, not " + spec.members());
    }
    return group;
  }

  private synchronized void reserve(Principal principal) throws SessionRefusedException {
    if (draining) {
      throw drains();
    }
    long ofToken =
        sessions.values().stream()
            .filter(it -> it.principal().id().equals(principal.id()) && isOpen(it))
            .count();
    if (open >= limits.maximumSessions() || ofToken >= limits.maximumPerToken()) {
      throw new SessionRefusedException(
          ErrorCode.BUSY, "There are " + open + " sessions under way; try again later");
    }
    open++;
  }

  private static SessionRefusedException drains() {
    return new SessionRefusedException(ErrorCode.SHUTTING_DOWN, "The server is shutting down");
  }

  private synchronized void release() {
    open--;
    notifyAll();
  }

  private synchronized int openCount() {
    return open;
  }

  private static boolean isOpen(ReceivingSession session) {
    State state = session.state();
    return state == State.RECEIVING || state == State.COMMITTING;
  }

  private Secret drawSecret() {
    byte[] secret = new byte[SECRET_BYTES];
    random.nextBytes(secret);
    return Secret.of(HexFormat.of().formatHex(secret));
  }

  /**
   * Finds a session that its client wants to take up again.
   *
   * @throws SessionRefusedException if there is none, or it is somebody else's: both look alike
   */
  public ReceivingSession find(Principal principal, UUID id, Secret secret)
      throws SessionRefusedException {
    ReceivingSession session = sessions.get(id);
    if (session == null
        || !session.principal().id().equals(principal.id())
        || !session.secret().equals(secret)) {
      throw new SessionRefusedException(
          ErrorCode.SESSION_GONE, "There is no such session, or not any more");
    }
    return session;
  }

  /**
   * Attaches a session to a connection, once the connection that has it, if one does, has let go.
   *
   * @param attached runs on the thread of whichever lets go, or on the caller's
   */
  public void attach(ReceivingSession session, SessionOwner owner, Runnable attached) {
    Optional<SessionOwner> former = session.attach(owner);
    if (former.isPresent()) {
      former
          .get()
          .release(
              session,
              () -> {
                session.detach(former.get());
                attach(session, owner, attached);
              });
    } else {
      attached.run();
    }
  }

  /**
   * A connection has done with a session: it has lost its client, who may come back over another,
   * or has sent it how the session ended.
   */
  public void detach(ReceivingSession session, SessionOwner owner) {
    session.detach(owner);
    synchronized (this) {
      notifyAll();
    }
    if (isOpen(session)) {
      log.info("Session detached session={} for={}", session.id(), limits.detachedFor());
    }
  }

  /**
   * Commits a session. Its owner hears of the receipt, or of the failure.
   *
   * @throws StreamViolationException if it is too early
   */
  public void commit(ReceivingSession session, CommitDetails details)
      throws StreamViolationException {
    switch (session.beginCommit()) {
      case RECEIVING -> beginCommit(session, details);
      case COMMITTED ->
          session
              .receipt()
              .ifPresent(
                  receipt -> session.owner().ifPresent(owner -> owner.committed(session, receipt)));
      case COMMITTING, GONE -> {} // The owner will hear, or hears just now.
    }
  }

  private void beginCommit(ReceivingSession session, CommitDetails details) {
    long started = System.nanoTime();
    var _ =
        session
            .ingest()
            .commit(details)
            .whenComplete((receipt, cause) -> {
              if (cause != null) {
                fail(session, unwrap(cause));
              } else {
                metrics.committed(Duration.ofNanos(System.nanoTime() - started));
                committed(session, receipt);
              }
            });
  }

  private static Throwable unwrap(Throwable cause) {
    @Nullable Throwable inner = cause instanceof CompletionException ? cause.getCause() : null;
    return inner == null ? cause : inner;
  }

  private void committed(ReceivingSession session, CommitReceipt receipt) {
    boolean counted = session.commit(receipt);
    if (counted) {
      release();
      metrics.sessionEnded(SessionOutcome.COMMITTED);
    }
    committed.forEach(listener -> listener.accept(session));
    if (counted) {
      session.owner().ifPresent(it -> it.committed(session, receipt));
      forgetSurplus();
    }
  }

  /** Ends a session at its client's wish, or because its client broke the rules. */
  public void abort(ReceivingSession session) {
    end(session, SessionOutcome.ABORTED);
  }

  private void fail(ReceivingSession session, Throwable cause) {
    Optional<SessionOwner> owner = session.owner();
    if (end(session, SessionOutcome.FAILED)) {
      log.warn("Session failed session={}", session.id(), cause);
      @Nullable String message = cause.getMessage();
      tellFailed(session, message == null ? cause.toString() : message);
      owner.ifPresent(it -> it.failed(session, cause));
    }
  }

  private void tellFailed(ReceivingSession session, String why) {
    failed.forEach(listener -> listener.accept(session, why));
  }

  private boolean end(ReceivingSession session, SessionOutcome outcome) {
    if (!session.end()) {
      return false;
    }
    sessions.remove(session.id());
    session.ingest().close();
    release();
    metrics.sessionEnded(outcome);
    return true;
  }

  private void forgetOld() {
    for (ReceivingSession session : List.copyOf(sessions.values())) {
      if (session.hasWaited(limits.detachedFor(), limits.rememberedFor())) {
        if (session.state() == State.COMMITTED) {
          sessions.remove(session.id());
        } else if (end(session, SessionOutcome.EXPIRED)) {
          log.info("Session given up, its client did not come back session={}", session.id());
          tellFailed(session, "its client went away and did not come back");
        }
      }
    }
  }

  /** One that is attached is held by its connection in any case, and may owe its receipt. */
  private void forgetSurplus() {
    List<ReceivingSession> remembered =
        sessions.values().stream()
            .filter(it -> it.state() == State.COMMITTED && !it.isAttached())
            .toList();
    remembered.stream()
        .sorted(Comparator.comparing(ReceivingSession::begun))
        .limit(Math.max(0, remembered.size() - MAXIMUM_REMEMBERED))
        .forEach(it -> sessions.remove(it.id()));
  }

  /** The sessions that have not ended, the oldest first. */
  public List<ReceivingSession> open() {
    return sessions.values().stream()
        .filter(SessionRegistry::isOpen)
        .sorted(Comparator.comparing(ReceivingSession::begun))
        .toList();
  }

  /** Begins no more sessions. */
  public void drain() {
    draining = true;
  }

  /** Whether no session may begin any more. */
  public boolean isDraining() {
    return draining;
  }

  /**
   * Waits until no session is under way that still has its client, and no client of a committed one
   * waits for its receipt.
   *
   * @return how many there still are of these
   */
  public long awaitQuiet(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (long awaited = awaited(); awaited > 0; awaited = awaited()) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0) {
        return awaited;
      }
      synchronized (this) {
        wait(Math.min(left, 100));
      }
    }
    return 0;
  }

  private long awaited() {
    return sessions.values().stream().filter(ReceivingSession::isAwaited).count();
  }

  /** Aborts all sessions that are not committing. */
  @Override
  public void close() {
    draining = true;
    housekeeping.shutdownNow();
    for (ReceivingSession session : open()) {
      if (session.state() == State.RECEIVING) {
        abort(session);
      }
    }
  }
}
