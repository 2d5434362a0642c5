package dozo.client;

import dozo.client.source.Checkpoint;
import dozo.client.source.FrozenContent;
import dozo.client.source.FrozenDisk;
import dozo.client.source.SourceInconsistentException;
import dozo.client.tags.BlockTags;
import dozo.client.tags.TagWarmUp;
import dozo.format.ConnectionLostException;
import dozo.format.ErrorCode;
import dozo.format.Fault;
import dozo.format.RemoteException;
import dozo.format.manifest.Consistency;
import dozo.protocol.BaseSpec;
import dozo.protocol.DiskSpec;
import dozo.protocol.FileSpec;
import dozo.protocol.client.DozoConnection;
import dozo.protocol.client.RemoteSession;
import dozo.protocol.client.RemoteStream;
import dozo.protocol.client.SessionTicket;
import dozo.protocol.message.SessionMessage.BeginSession;
import dozo.protocol.message.SessionMessage.Commit;
import dozo.protocol.message.SessionMessage.Progress;
import dozo.protocol.message.SessionMessage.Receipt;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One backup: a checkpoint, the push of it, and the receipt.
 *
 * <p>A lost connection costs a pause: the session is taken up again where the server says, or begun
 * anew if the server forgot it. What fails for good aborts the session, so that the server has
 * either the whole restore point or none of it.
 *
 * <p>Used by one thread and once; {@link #cancel} may be called by any.
 */
public final class BackupJob {

  private static final Logger LOG = LoggerFactory.getLogger(BackupJob.class);
  private static final int MAXIMUM_REASON = 200;

  private final BackupRequest request;
  private final BackupListener listener;
  private final long beginNanos = System.nanoTime();
  private final AtomicLong sentBytes = new AtomicLong();
  private final CountDownLatch cancelled = new CountDownLatch(1);

  private long diskBytes;
  private long dataBytes;
  private long readBytes;
  private int retries;
  private int failures;
  private long sentBefore;
  private boolean everConnected;
  private boolean recalled;
  private @Nullable SessionTicket ticket;
  private Progress progress = Progress.NONE;
  private final SortedSet<Transfer> transfers = new TreeSet<>();

  /** Why disks are read whole although their changes are known, by their names. */
  private final Map<String, String> refused = new TreeMap<>();

  /** What is remembered of disks, by their names; filled once the repository is known. */
  private final Map<String, BlockTags> tags = new TreeMap<>();

  private volatile @Nullable RemoteSession session;

  /** Prepares a backup. */
  public BackupJob(BackupRequest request, BackupListener listener) {
    this.request = request;
    this.listener = listener;
  }

  /**
   * Backs up.
   *
   * @throws dozo.client.source.SourceException if the source cannot be read, or changed
   * @throws dozo.format.DozoException if the server refuses the backup, or stays away for too long
   * @throws CancellationException if it was cancelled; there is no restore point
   */
  public BackupResult run() throws IOException {
    try {
      return run(request.source().checkpoint());
    } finally {
      tags.values().forEach(BlockTags::close);
    }
  }

  private BackupResult run(Checkpoint checkpoint) throws IOException {
    BackupResult result;
    try {
      check(checkpoint);
      result = push(checkpoint);
    } catch (IOException | RuntimeException | Error e) {
      try {
        checkpoint.close();
      } catch (IOException suppressed) {
        e.addSuppressed(suppressed);
      }
      throw e;
    }
    // The restore point is there; whatever fails from here on must not make it look as if not.
    try (checkpoint) {
      checkpoint.confirm(result.receipt().restorePoint());
    } catch (IOException e) {
      LOG.error("a checkpoint is not wholly taken back", e);
      listener.leftBehind(e);
    }
    tags.values().forEach(each -> each.publish(result.receipt().restorePoint()));
    return result;
  }

  /** Looks whether the checkpoint is as consistent as it has to be. */
  private void check(Checkpoint checkpoint) throws SourceInconsistentException {
    Consistency consistency = checkpoint.consistency();
    listener.checkpointed(consistency);
    if (consistency.achieved().compareTo(request.required()) < 0) {
      throw new SourceInconsistentException(
          Fault.of("The machine could not be made as consistent as it is required to be")
              .in("VM " + request.vm().name())
              .expected(request.required().word())
              .actual(
                  consistency.achieved().word()
                      + (consistency.reason().isEmpty() ? "" : " (" + consistency.reason() + ")"))
              .cure("see to the guest's agent, or back up without --require"));
    }
  }

  /** Makes {@link #run} end soon and the server forget the session. */
  public void cancel() {
    cancelled.countDown();
    RemoteSession current = session;
    if (current != null) {
      current.close();
    }
  }

  private BackupResult push(Checkpoint checkpoint) throws IOException {
    List<FrozenContent> contents = new ArrayList<>(checkpoint.disks());
    contents.addAll(checkpoint.files());
    for (FrozenContent content : contents) {
      diskBytes += content.sizeBytes();
    }
    if (checkpoint.disks().stream().anyMatch(this::isTagged)) {
      TagWarmUp.begin();
    }
    while (true) {
      throwIfCancelled();
      try (DozoConnection connection = DozoConnection.connect(request.server())) {
        everConnected = true;
        recall(checkpoint, connection);
        return push(connection, checkpoint, contents);
      } catch (SlowLinkException e) {
        LOG.info("what changed is cut and hashed here, the link is slow");
        tags.values().forEach(BlockTags::forget);
        ticket = null;
      } catch (IOException e) {
        throwIfCancelled();
        if (!goesOnWhole(e, checkpoint)) {
          pauseOrFail(e);
        }
      }
    }
  }

  private Toll toll() {
    return new Toll(request.throttle(), () -> cancelled.getCount() == 0, sentBytes);
  }

  /** Lets the disks find their bases, once, and remembers the others. */
  private void recall(Checkpoint checkpoint, DozoConnection connection) throws IOException {
    if (!recalled) {
      checkpoint.recall(new ServerHistory(connection, request.vm()));
      recalled = true;
      checkpoint
          .disks()
          .forEach(disk -> disk.wholeBecause().ifPresent(reason -> readWhole(disk.name(), reason)));
      openTags(connection.welcome().repository(), checkpoint);
    }
  }

  private BackupResult push(
      DozoConnection connection, Checkpoint checkpoint, List<FrozenContent> contents)
      throws IOException {
    try (RemoteSession current = open(connection, checkpoint)) {
      session = current;
      ticket = current.ticket();
      throwIfCancelled();
      List<FrozenContent> toSend = reduce(contents, current);
      dataBytes = 0;
      for (FrozenContent content : toSend) {
        dataBytes += Push.dataBytes(content, 0);
      }
      Push push = new Push(current, toSend, request.transfer(), dataBytes, toll());
      push.run(() -> {
        readBytes = push.readBytes();
        transfers.addAll(push.used());
        progress = current.progress();
        listener.progressed(progressNow());
      });
      checkpoint.verify();
      listener.committing();
      Receipt receipt =
          current.commit(new Commit(null, refused.isEmpty() ? null : attributes(checkpoint)));
      UUID repository = connection.welcome().repository();
      request.receiptTrust().check(repository, receipt.publicKey());
      progress = current.progress();
      return new BackupResult(
          repository,
          receipt,
          progressNow(),
          Duration.ofNanos(System.nanoTime() - beginNanos),
          retries);
    } finally {
      session = null;
    }
  }

  /** Remembers disks of which nobody tells what changed. */
  private void openTags(UUID repository, Checkpoint checkpoint) {
    for (FrozenDisk disk : checkpoint.disks()) {
      if (isTagged(disk)) {
        request
            .blockTags()
            .flatMap(it -> it.open(repository, request.vm(), disk.name(), disk.sizeBytes()))
            .ifPresent(opened -> tags.put(disk.name(), opened));
      }
    }
  }

  private boolean isTagged(FrozenDisk disk) {
    return request.transfer() == Transfer.AUTO
        && request.blockTags().isPresent()
        && disk.changes().isEmpty();
  }

  /** Leaves out of each disk what the server has already, where it knows the base. */
  private List<FrozenContent> reduce(List<FrozenContent> contents, RemoteSession current) {
    List<FrozenContent> reduced = new ArrayList<>();
    for (FrozenContent content : contents) {
      RemoteStream stream = current.stream(content.name());
      if (content instanceof FrozenDisk disk
          && disk.changes().isPresent()
          && stream.baseBytes() > 0) {
        reduced.add(
            new ChangedContent(
                disk, disk.changes().get().changed(), stream.baseBytes(), new SecureRandom()));
      } else {
        reduced.add(tagged(content, stream));
      }
      stream.noBase().ifPresent(reason -> withoutBase(content.name(), reason));
    }
    return reduced;
  }

  private FrozenContent tagged(FrozenContent content, RemoteStream stream) {
    BlockTags known = tags.get(content.name());
    return known == null
        ? content
        : new TaggedContent(
            content,
            known,
            known.base().isPresent() && stream.baseBytes() == known.baseBytes(),
            new SecureRandom());
  }

  /** That the base of our own memory is gone is nothing to tell: nobody asked for it. */
  private void withoutBase(String disk, String reason) {
    BlockTags known = tags.get(disk);
    if (known == null) {
      readWhole(disk, reason);
    } else {
      LOG.info("disk={} is sent whole: {}", disk, reason);
      known.forget();
    }
  }

  private void readWhole(String disk, String reason) {
    if (refused.put(disk, reason) == null) {
      listener.readingWhole(disk, reason);
    }
  }

  /** The attributes, with the reasons why disks were read whole. */
  private SortedMap<String, String> attributes(Checkpoint checkpoint) {
    SortedMap<String, String> all = new TreeMap<>(request.attributes());
    all.putAll(checkpoint.attributes());
    refused.forEach((disk, reason) ->
        all.put("whole." + disk, reason.substring(0, Math.min(reason.length(), MAXIMUM_REASON))));
    return all;
  }

  private RemoteSession open(DozoConnection connection, Checkpoint checkpoint) throws IOException {
    return ticket != null
        ? connection.resumeSession(ticket)
        : connection.beginSession(plan(checkpoint));
  }

  private BeginSession plan(Checkpoint checkpoint) {
    BeginSession plan =
        new BeginSession(
            request.vm(),
            checkpoint.disks().stream().map(this::spec).toList(),
            checkpoint.files().stream()
                .map(file -> new FileSpec(file.name(), file.sizeBytes()))
                .toList(),
            checkpoint.consistency(),
            attributes(checkpoint));
    BeginSession alone = request.transfer() == Transfer.STREAM ? plan : plan.withSource();
    return request.group().map(alone::withGroup).orElse(alone);
  }

  private DiskSpec spec(FrozenDisk disk) {
    return new DiskSpec(
        disk.name(),
        disk.sizeBytes(),
        disk.geometry().logicalSectorBytes(),
        disk.geometry().physicalSectorBytes(),
        disk.identity().orElseGet(() -> VmIds.ofDisk(request.vm().id(), disk.name())),
        base(disk).orElse(null));
  }

  private Optional<BaseSpec> base(FrozenDisk disk) {
    BlockTags known = tags.get(disk.name());
    if (known != null) {
      return known.base().map(base -> new BaseSpec(base, disk.name()));
    }
    return disk.changes()
        .filter(_ -> !refused.containsKey(disk.name()))
        .map(changes -> new BaseSpec(changes.base(), changes.disk()));
  }

  private BackupProgress progressNow() {
    return new BackupProgress(
        diskBytes,
        dataBytes,
        readBytes,
        sentBytes.get(),
        transfers,
        progress.newBytes(),
        progress.duplicateBytes(),
        progress.storedBytes());
  }

  /**
   * Whether everything is to be sent because the base turned out to be damaged, which heals it, or
   * to be other than was remembered. That a list of changes was wrong is for the operator to know,
   * and not to be passed over.
   */
  private boolean goesOnWhole(IOException cause, Checkpoint checkpoint) {
    List<String> listed =
        checkpoint.disks().stream()
            .filter(disk -> disk.changes().isPresent() && !refused.containsKey(disk.name()))
            .map(FrozenDisk::name)
            .toList();
    Map<String, BlockTags> remembered = new TreeMap<>(tags);
    remembered.values().removeIf(known -> known.base().isEmpty());
    boolean helps =
        isDamage(cause)
            ? !listed.isEmpty() || !remembered.isEmpty()
            : isOtherBase(cause) && listed.isEmpty() && !remembered.isEmpty();
    if (helps) {
      String reason = String.valueOf(cause.getMessage());
      listed.forEach(disk -> readWhole(disk, reason));
      remembered.forEach((disk, known) -> {
        known.forget();
        readWhole(disk, reason);
      });
      ticket = null;
    }
    return helps;
  }

  private static boolean isOtherBase(IOException cause) {
    return cause instanceof RemoteException remote && remote.code() == ErrorCode.BASE_MISMATCH;
  }

  private static boolean isDamage(IOException cause) {
    return cause instanceof RemoteException remote
        && (remote.code() == ErrorCode.CORRUPT || remote.code() == ErrorCode.MISSING_CHUNK);
  }

  /** Waits before the next try, or passes the failure on if there is to be none. */
  private void pauseOrFail(IOException cause) throws IOException {
    boolean lost = cause instanceof ConnectionLostException;
    // A chunk that could not be read to be proved is known to be damaged now, and will be wanted.
    boolean refused =
        (cause instanceof RemoteException remote && isPassing(remote))
            || (isDamage(cause) && transfers.contains(Transfer.SOURCE));
    // A connection that brought something forward was no failure; a refused session always is.
    failures = lost && sentBytes.get() > sentBefore ? 1 : failures + 1;
    sentBefore = sentBytes.get();
    if (!(lost || refused) || !request.retry().allows(failures, everConnected)) {
      throw cause;
    }
    if (refused) {
      // A session that ended with an error is over; only a lost connection leaves it standing.
      ticket = null;
    }
    retries++;
    Duration pause = request.retry().pause(failures);
    LOG.info("retry={} pause_ms={} cause={}", retries, pause.toMillis(), cause.getMessage());
    listener.retrying(cause, pause);
    try {
      if (cancelled.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
        throwIfCancelled();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted between tries").initCause(e);
    }
  }

  /**
   * Whether it helps to try again. A session that is gone is begun anew; a full disk needs somebody
   * who makes room, not a client that waits.
   */
  private static boolean isPassing(RemoteException e) {
    return e.code() == ErrorCode.SESSION_GONE || (e.retry() && e.code() != ErrorCode.NO_SPACE);
  }

  private void throwIfCancelled() {
    if (cancelled.getCount() == 0) {
      throw new CancellationException("The backup was cancelled");
    }
  }
}
