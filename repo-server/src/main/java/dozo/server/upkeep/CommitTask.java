package dozo.server.upkeep;

import dozo.format.Fault;
import dozo.format.NotFoundException;
import dozo.format.manifest.VmRef;
import dozo.protocol.Role;
import dozo.repository.Repository;
import dozo.repository.work.StopSignal;
import dozo.server.auth.NewToken;
import dozo.server.auth.Scope;
import dozo.server.auth.TokenStore;
import dozo.server.mounts.CommittedOverlay;
import dozo.server.mounts.HostMounts;
import dozo.server.mounts.HostOverlay;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * Saves an overlaid restore point as a new one of the same VM. The process that does it gets two
 * tokens of its own, one to add restore points of that VM and one to read them, which end with it.
 */
public final class CommitTask implements OverlayTask {

  static final String KIND = "commit-overlay";

  /** A server that is killed cannot revoke them, so they do not last for ever. */
  private static final Duration TOKENS_LAST = Duration.ofDays(1);

  private final HostMounts mounts;
  private final TokenStore tokens;
  private final InstantSource clock;
  private final HostOverlay overlay;
  private final boolean discard;

  /**
   * Makes a task.
   *
   * @param discard whether the overlay is thrown away once it is saved
   */
  public CommitTask(
      HostMounts mounts,
      TokenStore tokens,
      InstantSource clock,
      HostOverlay overlay,
      boolean discard) {
    this.mounts = mounts;
    this.tokens = tokens;
    this.clock = clock;
    this.overlay = overlay;
    this.discard = discard;
  }

  @Override
  public HostOverlay overlay() {
    return overlay;
  }

  @Override
  public String kind() {
    return KIND;
  }

  @Override
  public ObjectNode run(Repository repository, Listener listener, StopSignal stop)
      throws IOException {
    VmRef vm =
        repository
            .restorePoint(overlay.restorePoint())
            .orElseThrow(() ->
                new NotFoundException(
                    Fault.of(
                            "The restore point beneath overlay " + overlay.name() + " is not there")
                        .in("restore point " + overlay.restorePoint())
                        .cure("bring it back from the trash, as long as it is there")))
            .vm();
    ObjectNode report = JsonNodeFactory.instance.objectNode().put("overlay", overlay.name());
    Optional<CommittedOverlay> committed = commit(vm, listener, stop);
    report.put("stopped", committed.isEmpty());
    committed.ifPresent(made ->
        report
            .put("restorePoint", made.restorePoint().toString())
            .put("newBytes", made.newBytes())
            .put("storedBytes", made.storedBytes())
            .put("discarded", discard));
    return report;
  }

  private Optional<CommittedOverlay> commit(VmRef vm, Listener listener, StopSignal stop)
      throws IOException {
    NewToken backup = token(vm, Role.BACKUP);
    try {
      NewToken restore = token(vm, Role.RESTORE);
      try {
        return mounts.commit(
            overlay, backup.secret(), restore.secret(), discard, OverlayTask.work(listener, stop));
      } finally {
        tokens.revoke(restore.token().principal().id());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw (IOException) new InterruptedIOException("Interrupted").initCause(e);
    } finally {
      tokens.revoke(backup.token().principal().id());
    }
  }

  private NewToken token(VmRef vm, Role role) throws IOException {
    return tokens.create(
        "commit of overlay " + overlay.id(),
        role,
        new Scope(Optional.of(vm.namespace()), Set.of(vm.id())),
        Optional.of(clock.instant().plus(TOKENS_LAST)));
  }
}
