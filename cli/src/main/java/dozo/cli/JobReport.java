package dozo.cli;

import dozo.cli.console.Json;
import dozo.cli.console.Output;
import dozo.cli.console.Quantity;
import dozo.cli.job.Job;
import dozo.cli.job.JobListener;
import dozo.cli.job.JobRun;
import dozo.cli.job.JobVm;
import dozo.client.BackupProgress;
import dozo.client.BackupResult;
import dozo.format.manifest.Consistency;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Tells how a job goes. */
final class JobReport implements JobListener {

  private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final Output output;
  private final Map<JobVm, Long> toldNanos = new ConcurrentHashMap<>();

  JobReport(Output output) {
    this.output = output;
  }

  private static Json named(Json json, JobVm vm) {
    return json.put("vm", vm.vm().name()).put("vmId", vm.vm().id().toString());
  }

  @Override
  public void started(JobVm vm) {
    toldNanos.put(vm, System.nanoTime());
    output.json("started", json -> named(json, vm).put("source", vm.source().kind()));
    output.notice(vm.vm().name() + ": begins");
  }

  @Override
  public void checkpointed(JobVm vm, Consistency consistency) {
    output.json(
        "checkpoint",
        json ->
            named(json, vm)
                .put("asked", consistency.asked().word())
                .put("achieved", consistency.achieved().word())
                .put("mechanism", consistency.mechanism())
                .put("reason", consistency.reason()));
    if (!consistency.reason().isEmpty()) {
      warned(vm, "only " + consistency.achieved().word() + ": " + consistency.reason());
    }
  }

  @Override
  public void progressed(JobVm vm, BackupProgress progress) {
    long now = System.nanoTime();
    Long told = toldNanos.get(vm);
    if (told == null || now - told < PROGRESS_NANOS) {
      return;
    }
    toldNanos.put(vm, now);
    output.json(
        "progress",
        json ->
            named(json, vm)
                .put("doneBytes", progress.readBytes())
                .put("totalBytes", progress.dataBytes())
                .put("sentBytes", progress.sentBytes()));
  }

  @Override
  public void warned(JobVm vm, String message) {
    output.warn(vm.vm().name() + ": " + message);
  }

  @Override
  public void hookSaid(JobVm vm, String hook, String line) {
    output.json("hook", json -> named(json, vm).put("hook", hook).put("line", line));
    output.notice(vm.vm().name() + ", " + hook + ": " + line);
  }

  @Override
  public void committed(JobVm vm, BackupResult result) {
    output.json("committed", json -> BackupReport.members(json, result, vm.vm()));
    output.line(
        "%s: restore point %s, %s of disk, %s sent in %s"
            .formatted(
                vm.vm().name(),
                result.receipt().restorePoint(),
                Quantity.bytes(result.progress().diskBytes()),
                Quantity.bytes(result.progress().sentBytes()),
                Quantity.time(result.elapsed())));
  }

  @Override
  public void tryingAgain(JobVm vm, IOException cause, Duration pause) {
    output.warn(
        "%s: %s Trying once more in %s."
            .formatted(vm.vm().name(), Failure.of(cause).message(), Quantity.time(pause)));
  }

  @Override
  public void failed(JobVm vm, Exception cause) {
    Failure failure = Failure.of(cause);
    output.json("failed", json -> failure(named(json, vm), failure));
    if (!output.isJson()) {
      output.complain("dozo: " + vm.vm().name() + ": " + failure.message());
    }
  }

  private static void failure(Json json, Failure failure) {
    json.put("code", failure.code().code())
        .put("kind", failure.code().word())
        .put("message", failure.message());
  }

  /** Tells how a job has gone. */
  static void print(Job job, List<JobRun.Outcome> outcomes, Output output) {
    long failed = outcomes.stream().filter(outcome -> outcome.failure().isPresent()).count();
    output.json(
        "result",
        json ->
            json.put("job", job.name())
                .put("vms", outcomes.size())
                .put("failed", failed)
                .put("outcomes", outcomes, JobReport::outcome));
    output.notice(
        "%s: %d of %s"
            .formatted(
                job.name(), outcomes.size() - failed, Quantity.count(outcomes.size(), "VM")));
  }

  private static void outcome(Json json, JobRun.Outcome outcome) {
    named(json, outcome.vm());
    outcome
        .result()
        .ifPresent(done -> json.put("restorePoint", done.receipt().restorePoint().toString()));
    outcome
        .failure()
        .ifPresent(cause -> json.put("failure", inner -> failure(inner, Failure.of(cause))));
  }
}
