package dozo.repository.ingest;

import dozo.format.ChunkHasher;
import dozo.format.NotFoundException;
import dozo.format.key.DomainKeys;
import dozo.repository.claims.SessionClaims;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A session and what it waits for: the segments that carry its chunks, then the packs that these
 * were written to. When a commit has been asked for, every stream is finished and nothing is waited
 * for, the restore point is published.
 *
 * <p>Safe for use by several threads. Nobody else's lock is taken while its own is held.
 */
final class OpenSession implements IngestSession {

  private static final Logger log = LoggerFactory.getLogger(OpenSession.class);

  private static final int MAXIMUM_SOURCE_CHUNK = 1 << 20;

  private enum State {
    OPEN,
    COMMITTING,
    PUBLISHING,
    COMMITTED,
    FAILED,
    ABORTED
  }

  private final UUID id;
  private final SessionRequest request;
  private final @Nullable CommitGroup group;
  private final Instant begun;
  private final SessionEnd end;
  private final @Nullable SourceTerms source;
  private final SessionClaims claims;
  private final IngestCounts counts = new IngestCounts();
  private final Map<String, OpenStream> streams = new LinkedHashMap<>();
  private final List<OpenBase> bases = new ArrayList<>();
  private final CompletableFuture<CommitReceipt> receipt = new CompletableFuture<>();
  private final CompletableFuture<Void> failure = new CompletableFuture<>();

  private final Set<InFlightSegment> segments = Collections.newSetFromMap(new IdentityHashMap<>());
  private final Set<InFlightPack> packs = Collections.newSetFromMap(new IdentityHashMap<>());
  private volatile State state = State.OPEN;
  private CommitDetails details = CommitDetails.AS_BEGUN;
  private int unfinishedStreams;
  private boolean hurried;

  OpenSession(
      UUID id,
      SessionRequest request,
      @Nullable CommitGroup group,
      Instant begun,
      DomainKeys keys,
      IngestContext context,
      RandomGenerator random,
      BaseOpener opener,
      SessionEnd end) {
    this.id = id;
    this.request = request;
    this.group = group;
    this.begun = begun;
    this.end = end;
    this.source = request.source() ? terms(keys, context, random) : null;
    for (DiskSpec disk : request.disks()) {
      @Nullable OpenBase base = null;
      @Nullable String noBase = null;
      if (disk.base().isPresent()) {
        try {
          base = opener.open(request, disk.base().get());
          bases.add(base);
        } catch (NotFoundException e) {
          noBase = e.getMessage();
        }
      }
      OwnChunks own = null;
      if (source != null && base == null) {
        own = opener.openLatest(request, disk.name()).map(this::own).orElse(null);
      }
      open(disk.name(), disk.geometry().sizeBytes(), keys, context, base, noBase, own);
    }
    for (FileSpec file : request.files()) {
      open(file.name(), file.sizeBytes(), keys, context, null, null, null);
    }
    unfinishedStreams = streams.size();
    claims = context.ledger().open();
  }

  private void open(
      String name,
      long sizeBytes,
      DomainKeys keys,
      IngestContext context,
      @Nullable OpenBase base,
      @Nullable String noBase,
      @Nullable OwnChunks own) {
    streams.put(name, new OpenStream(name, sizeBytes, this, keys, context, base, noBase, own));
  }

  private OwnChunks own(OpenBase latest) {
    bases.add(latest);
    return new OwnChunks(latest.map());
  }

  /** No terms where chunks may be longer than what a client sends at a time. */
  private static @Nullable SourceTerms terms(
      DomainKeys keys, IngestContext context, RandomGenerator random) {
    if (context.chunker().maximumBytes() > MAXIMUM_SOURCE_CHUNK) {
      return null;
    }
    byte[] nonce = new byte[ChunkHasher.KEY_BYTES];
    random.nextBytes(nonce);
    return new SourceTerms(keys.chunkIdKey(), nonce, context.chunker());
  }

  @Override
  public Optional<SourceTerms> source() {
    return Optional.ofNullable(source);
  }

  @Override
  public UUID id() {
    return id;
  }

  @Override
  public SessionRequest request() {
    return request;
  }

  @Override
  public OpenStream stream(String name) {
    OpenStream stream = streams.get(name);
    if (stream == null) {
      throw new IllegalArgumentException("Session " + id + " has no stream \"" + name + "\"");
    }
    return stream;
  }

  @Override
  public SessionProgress progress() {
    return counts.progress();
  }

  @Override
  public CompletionStage<Void> failure() {
    return failure.minimalCompletionStage();
  }

  /** The group that it is committed with, if it is of one. */
  Optional<CommitGroup> group() {
    return Optional.ofNullable(group);
  }

  /** When it was begun. */
  Instant begun() {
    return begun;
  }

  IngestCounts counts() {
    return counts;
  }

  /** The packs that it relies on. */
  SessionClaims claims() {
    return claims;
  }

  /** Lets go of the bases. The session has ended. */
  void releaseBases() {
    bases.forEach(OpenBase::close);
  }

  /** Whether its streams are still to be worked on. */
  boolean isRunning() {
    return state == State.OPEN || state == State.COMMITTING;
  }

  @Override
  public CompletableFuture<CommitReceipt> commit(CommitDetails asked) {
    synchronized (this) {
      if (state == State.OPEN) {
        for (OpenStream stream : streams.values()) {
          if (!stream.isEnded()) {
            throw new IllegalStateException(
                "Stream " + stream.name() + " of session " + id + " has not ended");
          }
        }
        details = asked;
        state = State.COMMITTING;
      } else if (state == State.ABORTED) {
        throw new IllegalStateException("Session " + id + " was aborted");
      }
    }
    advance();
    return receipt.copy();
  }

  /** One of the streams is finished, and what it gathered is on its way. */
  void streamFinished() {
    synchronized (this) {
      unfinishedStreams--;
    }
    advance();
  }

  /** Sealed bytes of this session's chunks and map nodes were written. */
  void stored(long bytes) {
    counts.stored(bytes);
  }

  synchronized void dependsOn(InFlightSegment segment) {
    segments.add(segment);
  }

  synchronized void dependsOn(InFlightPack pack) {
    packs.add(pack);
  }

  void written(InFlightSegment segment) {
    synchronized (this) {
      segments.remove(segment);
    }
    advance();
  }

  void published(InFlightPack pack) {
    synchronized (this) {
      packs.remove(pack);
    }
    advance();
  }

  /** Takes the next step of a commit, if it is time for one. */
  private void advance() {
    List<InFlightSegment> toEnd = List.of();
    List<InFlightPack> toClose = List.of();
    boolean complete = false;
    synchronized (this) {
      if (state != State.COMMITTING || unfinishedStreams > 0) {
        return;
      }
      if (!segments.isEmpty()) {
        // Its streams are finished, so nothing joins these any more: once is enough.
        toEnd = hurried ? List.of() : List.copyOf(segments);
        hurried = true;
      } else if (!packs.isEmpty()) {
        toClose = List.copyOf(packs);
      } else {
        state = State.PUBLISHING;
        complete = true;
      }
    }
    toEnd.forEach(InFlightSegment::endSoon);
    toClose.forEach(InFlightPack::closeSoon);
    if (complete) {
      end.publish(this);
    }
  }

  /** Completes when the session has ended, exceptionally if it broke. */
  CompletableFuture<Void> ended() {
    return failure;
  }

  /** What the commit was asked for with. */
  synchronized CommitDetails details() {
    return details;
  }

  /** The restore point is on stable storage. */
  void committed(CommitReceipt given) {
    synchronized (this) {
      state = State.COMMITTED;
    }
    end.ended(this);
    receipt.complete(given);
    failure.complete(null);
  }

  /** Breaks the session, unless it has ended. */
  void fail(Throwable cause) {
    synchronized (this) {
      if (state == State.COMMITTED || state == State.FAILED || state == State.ABORTED) {
        return;
      }
      state = State.FAILED;
    }
    log.warn("Session failed session={}", id, cause);
    end(cause);
  }

  @Override
  public void close() {
    if (state != State.OPEN && !waitsForOthers()) {
      return;
    }
    if (group != null && !group.withdraw()) {
      return;
    }
    synchronized (this) {
      if (state != State.OPEN && !waitsForOthers()) {
        return;
      }
      state = State.ABORTED;
    }
    log.info("Session aborted session={}", id);
    end(null);
  }

  /** Whether a commit was asked for that the others of its group may still keep waiting. */
  private boolean waitsForOthers() {
    return group != null && (state == State.COMMITTING || state == State.PUBLISHING);
  }

  private void end(@Nullable Throwable cause) {
    streams.values().forEach(OpenStream::abandon);
    end.ended(this);
    if (cause == null) {
      receipt.cancel(false);
      failure.complete(null);
    } else {
      receipt.completeExceptionally(cause);
      failure.completeExceptionally(cause);
    }
  }
}
