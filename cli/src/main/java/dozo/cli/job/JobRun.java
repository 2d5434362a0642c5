package dozo.cli.job;

import dozo.client.BackupJob;
import dozo.client.BackupRequest;
import dozo.client.BackupResult;
import dozo.client.KnownReceiptKeys;
import dozo.client.LeasedSource;
import dozo.client.ReceiptTrust;
import dozo.client.RetryPolicy;
import dozo.client.source.VmSource;
import dozo.client.tags.BlockTagStore;
import dozo.protocol.client.ConnectionSettings;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One run of a job.
 *
 * <p>Used by one thread and once; {@link #cancel} may be called by any.
 */
public final class JobRun {

  private final Job job;
  private final ConnectionSettings server;
  private final HostSlots slots;
  private final HostPlaces host;
  private final Optional<BlockTagStore> blockTags;
  private final Function<BackupResult, String> receipts;
  private final JobListener listener;
  private final ReceiptTrust trust;
  private final CountDownLatch cancelled = new CountDownLatch(1);
  private final Set<BackupJob> underWay = ConcurrentHashMap.newKeySet();

  /**
   * How a VM fared.
   *
   * @param result the restore point, if there is one
   * @param failure what went wrong, if something did; a hook may fail although there is a restore
   *     point
   */
  public record Outcome(JobVm vm, Optional<BackupResult> result, Optional<Exception> failure) {}

  /**
   * Prepares a run.
   *
   * @param slots the directory by which the jobs of this host know of one another
   * @param blockTags where it is remembered how the blocks of disks were
   * @param host what sources use that leave something on this host
   * @param receipts the text of a receipt, for hooks
   */
  public JobRun(
      Job job,
      ConnectionSettings server,
      Path slots,
      HostPlaces host,
      Optional<BlockTagStore> blockTags,
      Function<BackupResult, String> receipts,
      JobListener listener)
      throws IOException {
    this.job = job;
    this.server = server;
    this.slots = new HostSlots(slots, job.parallel());
    this.blockTags = blockTags;
    this.host = host;
    this.receipts = receipts;
    this.listener = listener;
    this.trust = job.knownReceiptKeys().map(JobRun::known).orElse(ReceiptTrust.ANY);
  }

  /** The backups of a job share the file, and each writes what it sees first. */
  private static ReceiptTrust known(Path file) {
    KnownReceiptKeys keys = new KnownReceiptKeys(file);
    return (repository, publicKey) -> {
      synchronized (keys) {
        keys.check(repository, publicKey);
      }
    };
  }

  /**
   * Backs up every VM.
   *
   * @return how each fared, in the order of the job
   * @throws CancellationException if it was cancelled; some VMs may have been backed up
   */
  public List<Outcome> run() throws IOException {
    List<List<JobVm>> together = job.together();
    List<Future<List<Outcome>>> begun = new ArrayList<>();
    Map<JobVm, Outcome> outcomes = new HashMap<>();
    // No thread that reads a file may be interrupted: Java would close the file under the others.
    try (ExecutorService threads =
        Executors.newFixedThreadPool(Math.min(job.parallel(), together.size()))) {
      for (List<JobVm> members : together) {
        begun.add(threads.submit(() -> backUp(members)));
      }
      for (Future<List<Outcome>> each : begun) {
        each.get().forEach(outcome -> outcomes.put(outcome.vm(), outcome));
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("A backup ended with what it should have told", e);
    } catch (InterruptedException e) {
      cancel();
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted during a job").initCause(e);
    }
    if (isCancelled()) {
      throw new CancellationException("The job was cancelled");
    }
    return job.vms().stream().map(outcomes::get).toList();
  }

  /** Makes {@link #run} end soon. */
  public void cancel() {
    cancelled.countDown();
    underWay.forEach(BackupJob::cancel);
  }

  private boolean isCancelled() {
    return cancelled.getCount() == 0;
  }

  private List<Outcome> backUp(List<JobVm> members) {
    List<VmTurn> turns =
        members.stream().map(vm -> new VmTurn(job, vm, server, receipts, listener)).toList();
    try (HostSlots.Slot _ = turn()) {
      turns.forEach(VmTurn::begin);
      Optional<VmTurn> failed = turns.stream().filter(it -> it.failure().isPresent()).findFirst();
      if (failed.isPresent()) {
        failAll(turns, failed.get().vm(), failed.get().failure().get());
      } else {
        push(turns);
      }
      turns.forEach(VmTurn::end);
    } catch (IOException | RuntimeException e) {
      turns.forEach(turn -> turn.failed(e));
    }
    return turns.stream().map(VmTurn::outcome).toList();
  }

  private void push(List<VmTurn> turns) {
    try {
      Map<JobVm, BackupResult> results = attempt(turns.stream().map(VmTurn::vm).toList());
      turns.forEach(turn -> turn.committed(Objects.requireNonNull(results.get(turn.vm()))));
    } catch (GroupFailedException e) {
      failAll(turns, e.failed(), e.reason());
    } catch (IOException | RuntimeException e) {
      turns.forEach(turn -> turn.failed(e));
    }
  }

  private static void failAll(List<VmTurn> turns, JobVm first, Exception reason) {
    for (VmTurn turn : turns) {
      turn.failed(turn.vm().equals(first) ? reason : new GroupFailedException(first, reason));
    }
  }

  private HostSlots.Slot turn() throws IOException {
    return slots
        .take(this::isCancelled)
        .orElseThrow(() -> new CancellationException("The job was cancelled"));
  }

  private Map<JobVm, BackupResult> attempt(List<JobVm> members) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return attemptOnce(members);
      } catch (IOException e) {
        if (attempt == job.attempts().count() || isCancelled()) {
          throw e;
        }
        members.forEach(vm -> listener.tryingAgain(vm, e, job.attempts().pause()));
        pause();
      }
    }
  }

  private void pause() throws IOException {
    try {
      if (cancelled.await(job.attempts().pause().toNanos(), TimeUnit.NANOSECONDS)) {
        throw new CancellationException("The job was cancelled");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted between attempts").initCause(e);
    }
  }

  private Map<JobVm, BackupResult> attemptOnce(List<JobVm> members) throws IOException {
    if (members.size() == 1) {
      JobVm vm = members.getFirst();
      return Map.of(vm, attemptOnce(vm, null));
    }
    GroupAttempt group = new GroupAttempt(members);
    return group.run(vm -> attemptOnce(vm, group));
  }

  private BackupResult attemptOnce(JobVm vm, @Nullable GroupAttempt group) throws IOException {
    try (VmSource source = new LeasedSource(server, vm.vm(), open(vm, group))) {
      BackupRequest request =
          new BackupRequest(
              server,
              vm.vm(),
              source,
              vm.attributes(),
              job.transfer(),
              job.throttle(),
              new RetryPolicy(
                  job.retries(), RetryPolicy.USUAL.firstPause(), RetryPolicy.USUAL.longestPause()),
              trust,
              // A session of a group cannot be begun anew, as a slow link may make it worthwhile
              // to.
              group == null ? blockTags : Optional.empty(),
              vm.required(),
              Optional.ofNullable(group).map(GroupAttempt::spec));
      BackupJob backup = new BackupJob(request, new VmListener(vm, listener));
      underWay.add(backup);
      if (group != null) {
        group.begins(backup);
      }
      try {
        if (isCancelled()) {
          backup.cancel();
        }
        return backup.run();
      } finally {
        underWay.remove(backup);
      }
    }
  }

  private VmSource open(JobVm vm, @Nullable GroupAttempt group) throws IOException {
    return group == null ? vm.source().open(host) : vm.source().open(host, group.meeting());
  }
}
