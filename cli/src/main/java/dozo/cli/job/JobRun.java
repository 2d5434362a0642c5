package dozo.cli.job;

import dozo.client.BackupJob;
import dozo.client.BackupRequest;
import dozo.client.BackupResult;
import dozo.client.CheckpointLease;
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
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
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
    List<Future<Outcome>> begun = new ArrayList<>();
    List<Outcome> outcomes = new ArrayList<>();
    // No thread that reads a file may be interrupted: Java would close the file under the others.
    try (ExecutorService threads =
        Executors.newFixedThreadPool(Math.min(job.parallel(), job.vms().size()))) {
      for (JobVm vm : job.vms()) {
        begun.add(threads.submit(() -> backUp(vm)));
      }
      for (Future<Outcome> each : begun) {
        outcomes.add(each.get());
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
    return outcomes;
  }

  /** Makes {@link #run} end soon. */
  public void cancel() {
    cancelled.countDown();
    underWay.forEach(BackupJob::cancel);
  }

  private boolean isCancelled() {
    return cancelled.getCount() == 0;
  }

  private Outcome backUp(JobVm vm) {
    @Nullable BackupResult result = null;
    @Nullable Exception failure = null;
    try (HostSlots.Slot _ = turn()) {
      listener.started(vm);
      Optional<CheckpointLease> lease = lease(vm);
      try {
        hook(vm, "before", vm.hooks().before(), Map.of(), "");
        result = attempt(vm);
        listener.committed(vm, result);
        hook(
            vm,
            "post-commit",
            vm.hooks().postCommit(),
            Map.of("DOZO_RESTORE_POINT", result.receipt().restorePoint().toString()),
            receipts.apply(result));
      } catch (IOException | RuntimeException e) {
        failure = e;
      }
      hook(
          vm,
          "after",
          vm.hooks().after(),
          Map.of("DOZO_RESULT", failure == null ? "ok" : "failed"),
          "");
      if (lease.isPresent()) {
        end(vm, lease.get());
      }
    } catch (IOException | RuntimeException e) {
      if (failure == null) {
        failure = e;
      } else {
        failure.addSuppressed(e);
      }
    }
    if (failure != null) {
      listener.failed(vm, failure);
    }
    return new Outcome(vm, Optional.ofNullable(result), Optional.ofNullable(failure));
  }

  /** Tells the server of what {@code before} makes, before it does. */
  private Optional<CheckpointLease> lease(JobVm vm) throws IOException {
    return vm.hooks().makes().isEmpty()
        ? Optional.empty()
        : Optional.of(CheckpointLease.take(server, vm.vm(), "hook", vm.hooks().makes()));
  }

  private void end(JobVm vm, CheckpointLease lease) {
    try {
      lease.end();
    } catch (IOException e) {
      listener.warned(
          vm, "the server could not be told that the checkpoint is gone: " + e.getMessage());
    }
  }

  private HostSlots.Slot turn() throws IOException {
    return slots
        .take(this::isCancelled)
        .orElseThrow(() -> new CancellationException("The job was cancelled"));
  }

  private void hook(
      JobVm vm, String name, List<String> command, Map<String, String> more, String input)
      throws IOException {
    if (command.isEmpty()) {
      return;
    }
    Map<String, String> environment = new TreeMap<>(more);
    environment.put("DOZO_JOB", job.name());
    environment.put("DOZO_VM", vm.vm().name());
    environment.put("DOZO_VM_ID", vm.vm().id().toString());
    environment.put("DOZO_NAMESPACE", vm.vm().namespace());
    new HookRun(name, command, line -> listener.hookSaid(vm, name, line))
        .run(environment, input, vm.hooks().timeout());
  }

  private BackupResult attempt(JobVm vm) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return attemptOnce(vm);
      } catch (IOException e) {
        if (attempt == job.attempts().count() || isCancelled()) {
          throw e;
        }
        listener.tryingAgain(vm, e, job.attempts().pause());
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

  private BackupResult attemptOnce(JobVm vm) throws IOException {
    try (VmSource source = new LeasedSource(server, vm.vm(), vm.source().open(host))) {
      BackupRequest request =
          new BackupRequest(
              server,
              vm.vm(),
              source,
              vm.attributes(),
              job.transfer(),
              job.pace(),
              new RetryPolicy(
                  job.retries(), RetryPolicy.USUAL.firstPause(), RetryPolicy.USUAL.longestPause()),
              trust,
              blockTags,
              vm.required());
      BackupJob backup = new BackupJob(request, new VmListener(vm, listener));
      underWay.add(backup);
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
}
