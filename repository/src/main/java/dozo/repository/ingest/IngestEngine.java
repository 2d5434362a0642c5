package dozo.repository.ingest;

import dozo.format.key.ReceiptSigner;
import dozo.format.manifest.Consistency;
import dozo.format.manifest.RestorePoint;
import dozo.format.manifest.RestorePointId;
import dozo.format.pack.ContentKind;
import dozo.format.wire.ContentUnpacker;
import dozo.repository.catalogue.Catalogue;
import dozo.repository.pack.RandomIds;
import dozo.repository.work.Lender;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins sessions, and ends them: the one way into a repository.
 *
 * <p>Safe for use by several threads.
 */
public final class IngestEngine implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(IngestEngine.class);

  /** Publishing a manifest waits for the disk twice; so many may wait at a time. */
  private static final int PUBLISHERS = 4;

  private final IngestParts parts;
  private final RandomIds ids;
  private final MemoryBudget budget;
  private final PendingChunks pending = new PendingChunks();
  private final SegmentPipeline pipeline;
  private final Lender<ContentUnpacker> unpackers = new Lender<>(ContentUnpacker::new);
  private final IngestContext context;
  private final Map<UUID, OpenSession> sessions = new ConcurrentHashMap<>();
  private final ExecutorService publishers =
      Executors.newFixedThreadPool(
          PUBLISHERS, Thread.ofPlatform().name("dozo-publisher-", 0).daemon().factory());
  private volatile boolean draining;

  /** Starts an engine. */
  public IngestEngine(IngestParts parts) {
    this.parts = parts;
    this.ids = new RandomIds(parts.random());
    this.budget = new MemoryBudget(parts.memoryBytes());
    this.pipeline =
        new SegmentPipeline(
            parts.parameters().segmentBytes(),
            parts.pool(),
            budget,
            pending,
            parts.packs(),
            parts.ledger(),
            parts.directories(),
            parts.indexWriter());
    for (ContentKind kind : ContentKind.values()) {
      pipeline.connect(kind, writer(kind));
    }
    this.context =
        new IngestContext(
            parts.parameters().chunker(),
            parts.pool(),
            budget,
            parts.known(),
            pending,
            parts.locator(),
            pipeline,
            parts.fetcher(),
            unpackers,
            parts.ledger());
  }

  private PackWriter writer(ContentKind kind) {
    return new PackWriter(
        kind, parts.parameters(), parts.storage(), parts.room(), parts.keys(), ids, pipeline);
  }

  /**
   * Begins a session.
   *
   * @throws dozo.format.NoSpaceException if the file system is nearly full
   * @throws IOException if nothing can be stored any more since a write has failed
   * @throws IllegalStateException if the repository is being closed
   */
  public IngestSession begin(SessionRequest request) throws IOException {
    Optional<IOException> failure = pipeline.failure().or(parts.catalogue()::failure);
    if (failure.isPresent()) {
      throw new IOException(
          "The repository takes nothing more since a write has failed; it has to be opened again",
          failure.get());
    }
    if (draining) {
      throw new IllegalStateException("The repository is being closed");
    }
    parts.room().requireForSession();
    Instant begun = parts.clock().instant();
    OpenSession session =
        new OpenSession(
            ids.get(),
            request,
            parts.keys().get().domainKeys(request.domain()),
            context,
            parts.random(),
            parts.bases(),
            new End(begun));
    sessions.put(session.id(), session);
    log.info(
        "Session begun session={} namespace={} vm={}",
        session.id(),
        request.vm().namespace(),
        request.vm().id());
    return session;
  }

  /** The sessions that have not ended. */
  public List<IngestSession> sessions() {
    return List.copyOf(sessions.values());
  }

  /** The bytes that are taken in and not yet written. */
  public long bufferedBytes() {
    return budget.usedBytes();
  }

  /**
   * Takes no more sessions, aborts those that are open, and waits for those that are committing.
   */
  public void drain() {
    draining = true;
    for (OpenSession session : sessions.values()) {
      session.close();
      try {
        session.ended().join();
      } catch (CompletionException e) {
        log.debug("Session ended with a failure session={}", session.id(), e);
      }
    }
  }

  /** Publishes what was sealed. The engine is drained, and the pool of its work is closed. */
  @Override
  public void close() {
    pipeline.close();
    unpackers.close();
    publishers.close();
  }

  /** Publishes the restore point of one session. */
  private final class End implements SessionEnd {

    private final Instant begun;

    End(Instant begun) {
      this.begun = begun;
    }

    @Override
    public void publish(OpenSession session) {
      publishers.execute(() -> {
        try {
          session.committed(commit(session));
        } catch (Throwable e) {
          session.fail(e);
        }
      });
    }

    @Override
    public void ended(OpenSession session) {
      sessions.remove(session.id());
      session.claims().end();
      session.releaseBases();
    }

    private CommitReceipt commit(OpenSession session) throws IOException {
      Instant now = parts.clock().instant().truncatedTo(ChronoUnit.MILLIS);
      Catalogue.Published published = parts.catalogue().publish(id -> draft(session, id, now));
      byte[] hash = sha256(published.manifest());
      RestorePoint point = published.restorePoint();
      ReceiptSigner signer = parts.keys().get().receiptSigner();
      byte[] signature = signer.sign(point.id().uuid(), hash);
      log.info(
          "Session committed session={} restorePoint={} newBytes={} storedBytes={}",
          session.id(),
          point.id(),
          point.statistics().newBytes(),
          point.statistics().storedBytes());
      Base64.Encoder base64 = Base64.getEncoder();
      return new CommitReceipt(
          point,
          HexFormat.of().formatHex(hash),
          base64.encodeToString(signature),
          base64.encodeToString(signer.publicKey()));
    }

    private RestorePoint draft(OpenSession session, RestorePointId id, Instant now) {
      SessionRequest request = session.request();
      CommitDetails details = session.details();
      @Nullable Consistency consistency = details.consistency();
      @Nullable SortedMap<String, String> attributes = details.attributes();
      long milliseconds = Math.max(0, Duration.between(begun, now).toMillis());
      return new RestorePoint(
          id,
          now,
          request.vm(),
          request.domain(),
          consistency == null ? request.consistency() : consistency,
          request.disks().stream().map(d -> d.entry(session.stream(d.name()).root())).toList(),
          request.files().stream().map(f -> f.entry(session.stream(f.name()).root())).toList(),
          attributes == null ? request.attributes() : attributes,
          session.counts().statistics(milliseconds));
    }

    private static byte[] sha256(byte[] bytes) {
      try {
        return MessageDigest.getInstance("SHA-256").digest(bytes);
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("Every Java runtime has SHA-256", e);
      }
    }
  }
}
