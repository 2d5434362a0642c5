package dozo.client.hyperv;

import dozo.client.leftover.Journal;
import dozo.client.leftover.Journals;
import dozo.client.source.ChangeList;
import dozo.client.source.Checkpoint;
import dozo.client.source.CheckpointTrace;
import dozo.client.source.DiskFile;
import dozo.client.source.FileVmSource;
import dozo.client.source.TrackedChanges;
import dozo.client.source.VmSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * A running machine of Hyper-V. Its checkpoint is a recovery checkpoint, made through WMI with the
 * guest's VSS writers where they answer; the machine writes to other files meanwhile.
 */
public final class HyperVVmSource implements VmSource {

  /** What a checkpoint of ours is, in a journal and in a lease. */
  static final String KIND = "hyperv";

  private final HyperVOptions options;
  private final HyperVScript script;
  private final Clock clock;

  private boolean hasLeftNothing;

  /** Names the machine, without asking for it. */
  public HyperVVmSource(HyperVOptions options, Clock clock) {
    this.options = options;
    this.script = new HyperVScript(options.script());
    this.clock = clock;
  }

  @Override
  public List<CheckpointTrace> traces() {
    return List.of(new CheckpointTrace(KIND, "recovery checkpoint of VM " + options.vm()));
  }

  @Override
  public boolean hasLeftNothing() {
    return hasLeftNothing;
  }

  @Override
  public Checkpoint checkpoint() throws IOException {
    sweep();
    Optional<TrackingToken> token = TrackingToken.read(options.tracking(), options.vm());
    ObjectNode plan = JsonNodeFactory.instance.objectNode();
    plan.put("vm", options.vm().toString());
    plan.put("tracking", options.tracking().toAbsolutePath().toString());
    ArrayNode words = plan.putArray("script");
    options.script().forEach(words::add);
    plan.put("previous", token.map(TrackingToken::reference).orElse(""));
    Journal journal =
        Journal.create(
            options.journals(), KIND, KIND + "-" + UUID.randomUUID(), plan, clock.instant());
    Frozen frozen = new Frozen();
    try {
      make(frozen, journal);
      Map<String, String> whole = new TreeMap<>();
      FileVmSource files = new FileVmSource(disks(frozen, token, whole), frozen.files());
      return new HyperVCheckpoint(options, script, journal, frozen, files.checkpoint(), whole);
    } catch (IOException | RuntimeException | Error e) {
      giveUp(journal, frozen, e);
      // What was made before it got a name, nobody can find.
      hasLeftNothing = journal.isFinished() && frozen.checkpoint().isPresent();
      throw e;
    }
  }

  /** Removes what an earlier process left of this machine's checkpoints. */
  private void sweep() throws IOException {
    Optional<String> left =
        Journals.clear(
            options.journals(),
            new HyperVSweeper(),
            plan -> plan.path("vm").asString("").equals(options.vm().toString()));
    if (left.isPresent()) {
      throw HyperVScript.failed("abort", "failed. " + left.get(), null);
    }
  }

  private void make(Frozen frozen, Journal journal) throws IOException {
    List<String> arguments =
        List.of("-Vm", options.vm().toString(), "-Consistency", options.asked().word());
    try {
      script.run(
          "checkpoint",
          arguments,
          line -> {
            try {
              boolean isKnown = frozen.checkpoint().isPresent();
              frozen.take(new Answer("checkpoint", line));
              if (!isKnown && frozen.checkpoint().isPresent()) {
                journal.note(HyperVSweeper.CHECKPOINT + frozen.checkpoint().get());
              }
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          });
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    if (frozen.checkpoint().isEmpty() || frozen.disks().isEmpty()) {
      throw HyperVScript.failed("checkpoint", "named no checkpoint, or no disk", null);
    }
  }

  private List<DiskFile> disks(
      Frozen frozen, Optional<TrackingToken> token, Map<String, String> whole) {
    List<DiskFile> disks = new ArrayList<>();
    for (Frozen.Disk disk : frozen.disks()) {
      Optional<TrackedChanges> changes = Optional.empty();
      try {
        changes = changes(disk, token);
        if (changes.isEmpty()) {
          whole.put(disk.name(), "Hyper-V tracks no changes of it since a restore point");
        }
      } catch (IOException e) {
        whole.put(disk.name(), String.valueOf(e.getMessage()));
      }
      disks.add(new DiskFile(disk.name(), disk.path(), DiskFile.Format.VHDX, changes));
    }
    return disks;
  }

  private Optional<TrackedChanges> changes(Frozen.Disk disk, Optional<TrackingToken> token)
      throws IOException {
    Optional<String> since = token.map(known -> known.disks().get(disk.id()));
    if (since.isEmpty()) {
      return Optional.empty();
    }
    List<ChangeList.Range> ranges = new ArrayList<>();
    try {
      script.run(
          "changes",
          List.of("-Path", disk.path().toString(), "-Since", since.get()),
          line -> ranges.add(range(new Answer("changes", line))));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IllegalArgumentException e) {
      throw HyperVScript.failed("changes", "told a range that no disk has", e);
    }
    return Optional.of(
        new TrackedChanges(token.get().restorePoint(), disk.name(), new ChangeList(ranges)));
  }

  private static ChangeList.Range range(Answer answer) {
    try {
      return new ChangeList.Range(answer.number("offset"), answer.number("length"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes back what was made, and leaves the journal if that cannot be done. */
  private void giveUp(Journal journal, Frozen frozen, Throwable cause) {
    try (journal) {
      if (frozen.checkpoint().isPresent()) {
        script.run("abort", List.of("-Checkpoint", frozen.checkpoint().get()));
      }
      journal.finish();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /** Holds nothing between checkpoints. */
  @Override
  public void close() {}
}
