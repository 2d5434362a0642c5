package dozo.server.lease;

import dozo.format.manifest.VmRef;
import dozo.protocol.LeaseSummary;
import dozo.server.auth.Scope;
import dozo.server.health.Warning;
import dozo.server.health.WarningSource;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/**
 * Warns of checkpoints that are not known to have been removed for longer than a backup takes, once
 * for each VM that has such.
 */
public final class LeaseWarnings implements WarningSource {

  private static final int NAMED = 5;

  private final LeaseStore leases;

  private record VmKey(String namespace, UUID id) {}

  /** Looks at the leases that are there. */
  public LeaseWarnings(LeaseStore leases) {
    this.leases = leases;
  }

  @Override
  public List<Warning> warnings(Instant now) {
    Map<VmKey, List<LeaseSummary>> vms = new LinkedHashMap<>();
    for (LeaseSummary lease : leases.list(Scope.EVERYTHING)) {
      if (!lease.since().plus(LeaseWatch.OLD).isAfter(now)) {
        vms.computeIfAbsent(
                new VmKey(lease.vm().namespace(), lease.vm().id()), key -> new ArrayList<>())
            .add(lease);
      }
    }
    return vms.values().stream().map(LeaseWarnings::warning).toList();
  }

  /** Of leases of one VM, the oldest first. */
  private static Warning warning(List<LeaseSummary> old) {
    LeaseSummary oldest = old.getFirst();
    VmRef vm = oldest.vm();
    StringBuilder objects = new StringBuilder();
    for (LeaseSummary lease : old.subList(0, Math.min(NAMED, old.size()))) {
      objects
          .append(objects.isEmpty() ? "" : ", ")
          .append(lease.kind())
          .append(' ')
          .append(lease.object())
          .append(" on ")
          .append(lease.vm().host());
    }
    return new Warning(
        Warning.Kind.CHECKPOINT,
        "%d checkpoints are not known to have been removed: %s%s."
                .formatted(old.size(), objects, old.size() > NAMED ? ", …" : "")
            + " What is left grows until its storage is full. Look there, remove it, and end the"
            + " lease: 'dozo leases'. The next backup that succeeds ends it by itself.",
        Optional.of(oldest.since()),
        Optional.of(vm),
        Optional.empty());
  }
}
