package dozo.cli.job;

import dozo.client.BackupJob;
import dozo.client.BackupResult;
import dozo.client.source.FreezeMeeting;
import dozo.protocol.GroupSpec;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One attempt at the backups of VMs that become restore points together or not at all: side by
 * side, and once one has failed none goes on.
 */
final class GroupAttempt {

  private final List<JobVm> members;
  private final GroupSpec spec;
  private final FreezeMeeting meeting;
  private final Set<BackupJob> backups = ConcurrentHashMap.newKeySet();
  private final AtomicReference<@Nullable Failed> first = new AtomicReference<>();

  private record Failed(JobVm vm, Exception reason) {}

  /** Backs one VM up. */
  interface Backup {
    BackupResult run(JobVm vm) throws IOException;
  }

  GroupAttempt(List<JobVm> members) {
    this.members = List.copyOf(members);
    this.spec = new GroupSpec(UUID.randomUUID(), members.size());
    long meeting = members.stream().filter(vm -> vm.source().meets()).count();
    this.meeting = new FreezeMeeting(Math.max(1, Math.toIntExact(meeting)));
  }

  /** The group, as the server is told of it. */
  GroupSpec spec() {
    return spec;
  }

  /** Where those meet that are frozen. */
  FreezeMeeting meeting() {
    return meeting;
  }

  /** Takes note of a member's backup, which is going to begin. */
  void begins(BackupJob backup) {
    backups.add(backup);
    if (first.get() != null) {
      backup.cancel();
    }
  }

  /**
   * Backs all of them up.
   *
   * @throws GroupFailedException if one has failed; there is no restore point of any then
   */
  Map<JobVm, BackupResult> run(Backup backup) throws IOException {
    Map<JobVm, Future<BackupResult>> begun = new LinkedHashMap<>();
    Map<JobVm, BackupResult> results = new LinkedHashMap<>();
    // As in a job, no thread that reads a file may be interrupted.
    try (ExecutorService threads = Executors.newFixedThreadPool(members.size())) {
      for (JobVm vm : members) {
        begun.put(vm, threads.submit(() -> run(vm, backup)));
      }
      for (Map.Entry<JobVm, Future<BackupResult>> each : begun.entrySet()) {
        results.put(each.getKey(), each.getValue().get());
      }
      return results;
    } catch (ExecutionException e) {
      Failed failed = first.get();
      if (failed == null) {
        throw new IllegalStateException("A backup ended with what it should have told", e);
      }
      throw new GroupFailedException(failed.vm, failed.reason);
    } catch (InterruptedException e) {
      backups.forEach(BackupJob::cancel);
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted during a group").initCause(e);
    }
  }

  private BackupResult run(JobVm vm, Backup backup) throws IOException {
    try {
      return backup.run(vm);
    } catch (IOException | RuntimeException e) {
      if (first.compareAndSet(null, new Failed(vm, e))) {
        meeting.leave();
        backups.forEach(BackupJob::cancel);
      }
      throw e;
    }
  }
}
