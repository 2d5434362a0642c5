package dozo.cli.job;

import dozo.client.BackupResult;
import dozo.client.CheckpointLease;
import dozo.protocol.client.ConnectionSettings;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What is done around the backup of a VM, and how it fared. What fails is kept; nothing is thrown.
 * For one thread.
 */
final class VmTurn {

  private final Job job;
  private final JobVm vm;
  private final ConnectionSettings server;
  private final Function<BackupResult, String> receipts;
  private final JobListener listener;

  private @Nullable CheckpointLease lease;
  private boolean mayHaveMade;
  private @Nullable BackupResult result;
  private @Nullable Exception failure;

  /** An act of a turn. */
  private interface Act {
    void run() throws IOException;
  }

  VmTurn(
      Job job,
      JobVm vm,
      ConnectionSettings server,
      Function<BackupResult, String> receipts,
      JobListener listener) {
    this.job = job;
    this.vm = vm;
    this.server = server;
    this.receipts = receipts;
    this.listener = listener;
  }

  JobVm vm() {
    return vm;
  }

  Optional<Exception> failure() {
    return Optional.ofNullable(failure);
  }

  private void attempt(Act act) {
    try {
      act.run();
    } catch (IOException | RuntimeException e) {
      failed(e);
    }
  }

  /** Does what comes before the backup. */
  void begin() {
    listener.started(vm);
    attempt(() -> {
      if (!vm.hooks().makes().isEmpty()) {
        // The server is told of what the hook makes before it does.
        lease = CheckpointLease.take(server, vm.vm(), "hook", vm.hooks().makes());
      }
      mayHaveMade = true;
      hook("before", vm.hooks().before(), Map.of(), "");
    });
  }

  /** Does what comes once there is a restore point. */
  void committed(BackupResult made) {
    result = made;
    attempt(() -> {
      listener.committed(vm, made);
      hook(
          "post-commit",
          vm.hooks().postCommit(),
          Map.of("DOZO_RESTORE_POINT", made.receipt().restorePoint().toString()),
          receipts.apply(made));
    });
  }

  /** Takes note of what went wrong. */
  void failed(Exception e) {
    if (failure == null) {
      failure = e;
    } else if (!failure.equals(e)) {
      failure.addSuppressed(e);
    }
  }

  /** Does what comes at the end in any case. */
  void end() {
    if (mayHaveMade) {
      attempt(() -> {
        String outcome = failure == null ? "ok" : "failed";
        hook("after", vm.hooks().after(), Map.of("DOZO_RESULT", outcome), "");
        if (lease != null) {
          end(lease);
        }
      });
    }
  }

  /** Tells how it fared. */
  JobRun.Outcome outcome() {
    if (failure != null) {
      listener.failed(vm, failure);
    }
    return new JobRun.Outcome(vm, Optional.ofNullable(result), failure());
  }

  private void end(CheckpointLease taken) {
    try {
      taken.end();
    } catch (IOException e) {
      listener.warned(
          vm, "the server could not be told that the checkpoint is gone: " + e.getMessage());
    }
  }

  private void hook(String name, List<String> command, Map<String, String> more, String input)
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
}
