package dozo.server.lease;

import dozo.format.ErrorCode;
import dozo.format.manifest.StateEntry;
import dozo.protocol.LeaseSummary;
import dozo.protocol.message.LeaseMessage.EndLease;
import dozo.protocol.message.LeaseMessage.TakeLease;
import dozo.repository.state.StateStore;
import dozo.server.auth.Principal;
import dozo.server.auth.Scope;
import java.io.IOException;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leases of a repository: kept in its state files, looked up in memory.
 *
 * <p>Safe for use by several threads. Taking and ending one wait for the disk.
 */
public final class LeaseStore {

  private static final Logger log = LoggerFactory.getLogger(LeaseStore.class);
  private static final int MAXIMUM = 10_000;
  private static final int MAXIMUM_KIND = 32;
  private static final int MAXIMUM_OBJECT = 1_024;

  private final StateStore state;
  private final Clock clock;
  private final Map<UUID, LeaseSummary> leases = new ConcurrentHashMap<>();

  private LeaseStore(StateStore state, Clock clock) {
    this.state = state;
    this.clock = clock;
  }

  /** Reads the leases. One that cannot be read is logged and left out. */
  public static LeaseStore open(StateStore state, Clock clock) throws IOException {
    LeaseStore store = new LeaseStore(state, clock);
    for (StateEntry entry : state.list(LeaseJson.KIND)) {
      try {
        store.leases.put(entry.id(), LeaseJson.read(entry));
      } catch (IllegalArgumentException e) {
        log.error("A lease cannot be read lease={}", entry.id(), e);
      }
    }
    return store;
  }

  /**
   * Notes that a checkpoint may be there. It is on stable storage when this returns.
   *
   * @throws IllegalArgumentException if the kind or the object is empty or too long
   * @throws LeaseRefusedException if the VM is out of the caller's scope, or there are too many
   */
  public synchronized void take(Principal caller, TakeLease wish)
      throws IOException, LeaseRefusedException {
    requireText("kind", wish.kind(), MAXIMUM_KIND);
    requireText("object", wish.object(), MAXIMUM_OBJECT);
    LeaseSummary before = leases.get(wish.lease());
    if (!caller.scope().admits(wish.vm()) || (before != null && !before.vm().isSameVm(wish.vm()))) {
      throw new LeaseRefusedException(
          ErrorCode.FORBIDDEN, "The token is not for this VM, or the lease is another VM's");
    }
    if (before == null && leases.size() >= MAXIMUM) {
      throw new LeaseRefusedException(
          ErrorCode.BUSY, "There are 10,000 leases; 'dozo leases' shows them");
    }
    LeaseSummary lease =
        new LeaseSummary(
            wish.lease(),
            wish.vm(),
            wish.kind(),
            wish.object(),
            before == null ? clock.instant().truncatedTo(ChronoUnit.SECONDS) : before.since());
    state.put(LeaseJson.write(lease));
    leases.put(lease.lease(), lease);
  }

  private static void requireText(String what, String text, int maximum) {
    if (text.isBlank()
        || text.length() > maximum
        || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "The " + what + " of a lease has 1 to " + maximum + " characters, none for control");
    }
  }

  /** Notes that nothing is left of a checkpoint, if there is such a lease in the caller's scope. */
  public synchronized void end(Principal caller, EndLease end) throws IOException {
    LeaseSummary lease = leases.get(end.lease());
    if (lease != null && caller.scope().admits(lease.vm())) {
      state.delete(LeaseJson.KIND, end.lease());
      leases.remove(end.lease());
    }
  }

  /** The leases of VMs in a scope, the oldest first. */
  public List<LeaseSummary> list(Scope scope) {
    return leases.values().stream()
        .filter(lease -> scope.admits(lease.vm()))
        .sorted(Comparator.comparing(LeaseSummary::since).thenComparing(LeaseSummary::lease))
        .toList();
  }
}
