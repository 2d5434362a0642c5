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
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
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

  /** The attribute that names the group of a restore point. */
  private static final String GROUP_ATTRIBUTE = "group";

  private final IngestParts parts;
  private final RandomIds ids;
  private final MemoryBudget budget;
  private final PendingChunks pending = new PendingChunks();
  private final SegmentPipeline pipeline;
  private final Lender<ContentUnpacker> unpackers = new Lender<>(ContentUnpacker::new);
  private final IngestContext context;
  private final End end = new End();
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
   * @param group what it is committed with; null if it is committed alone
   * @throws dozo.format.NoSpaceException if the file system is nearly full
   * @throws IOException if nothing can be stored any more since a write has failed
   * @throws GroupBrokenException if another session of the group has ended
   * @throws IllegalArgumentException if the group has all its members, or that VM
   * @throws IllegalStateException if the repository is being closed
   */
  public IngestSession begin(SessionRequest request, @Nullable CommitGroup group)
      throws IOException {
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
    if (group == null) {
      return open(request, null);
    }
    group.admit(request.vm());
    try {
      OpenSession session = open(request, group);
      if (!group.join(session)) {
        session.close();
        throw new GroupBrokenException(group.id());
      }
      return session;
    } catch (IOException | RuntimeException e) {
      breakUp(group);
      throw e;
    }
  }

  private OpenSession open(SessionRequest request, @Nullable CommitGroup group) {
    OpenSession session =
        new OpenSession(
            ids.get(),
            request,
            group,
            parts.clock().instant(),
            parts.keys().get().domainKeys(request.domain()),
            context,
            parts.random(),
            parts.bases(),
            end);
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

  private void commit(List<OpenSession> group) {
    List<CommitReceipt> receipts;
    try {
      Instant now = parts.clock().instant().truncatedTo(ChronoUnit.MILLIS);
      List<Function<RestorePointId, RestorePoint>> drafts = new ArrayList<>();
      group.forEach(session -> drafts.add(id -> draft(session, id, now)));
      List<Catalogue.Published> published =
          drafts.size() == 1
              ? List.of(parts.catalogue().publish(drafts.getFirst()))
              : parts.catalogue().publishTogether(drafts);
      receipts = published.stream().map(this::receipt).toList();
    } catch (Throwable e) {
      group.forEach(session -> session.fail(e));
      return;
    }
    for (int i = 0; i < group.size(); i++) {
      RestorePoint point = receipts.get(i).restorePoint();
      log.info(
          "Session committed session={} restorePoint={} newBytes={} storedBytes={}",
          group.get(i).id(),
          point.id(),
          point.statistics().newBytes(),
          point.statistics().storedBytes());
      group.get(i).committed(receipts.get(i));
    }
  }

  private CommitReceipt receipt(Catalogue.Published published) {
    byte[] hash = sha256(published.manifest());
    RestorePoint point = published.restorePoint();
    ReceiptSigner signer = parts.keys().get().receiptSigner();
    byte[] signature = signer.sign(point.id().uuid(), hash);
    Base64.Encoder base64 = Base64.getEncoder();
    return new CommitReceipt(
        point,
        HexFormat.of().formatHex(hash),
        base64.encodeToString(signature),
        base64.encodeToString(signer.publicKey()));
  }

  private static RestorePoint draft(OpenSession session, RestorePointId id, Instant now) {
    SessionRequest request = session.request();
    CommitDetails details = session.details();
    @Nullable Consistency consistency = details.consistency();
    @Nullable SortedMap<String, String> replaced = details.attributes();
    SortedMap<String, String> attributes =
        new TreeMap<>(replaced == null ? request.attributes() : replaced);
    session.group().ifPresent(group -> attributes.put(GROUP_ATTRIBUTE, group.id().toString()));
    long milliseconds = Math.max(0, Duration.between(session.begun(), now).toMillis());
    return new RestorePoint(
        id,
        now,
        request.vm(),
        request.domain(),
        consistency == null ? request.consistency() : consistency,
        request.disks().stream().map(d -> d.entry(session.stream(d.name()).root())).toList(),
        request.files().stream().map(f -> f.entry(session.stream(f.name()).root())).toList(),
        attributes,
        session.counts().statistics(milliseconds));
  }

  private static void breakUp(CommitGroup group) {
    group.breakUp().forEach(member -> member.fail(new GroupBrokenException(group.id())));
  }

  private static byte[] sha256(byte[] bytes) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every Java runtime has SHA-256", e);
    }
  }

  /** Takes sessions over at their end. */
  private final class End implements SessionEnd {

    @Override
    public void publish(OpenSession session) {
      List<OpenSession> all =
          session.group().map(group -> group.ready(session)).orElse(List.of(session));
      if (!all.isEmpty()) {
        publishers.execute(() -> commit(all));
      }
    }

    @Override
    public void ended(OpenSession session) {
      sessions.remove(session.id());
      session.claims().end();
      session.releaseBases();
      session.group().ifPresent(IngestEngine::breakUp);
    }
  }
}
