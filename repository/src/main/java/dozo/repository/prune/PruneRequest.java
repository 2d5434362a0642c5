package dozo.repository.prune;

import dozo.format.manifest.VmRef;
import dozo.repository.retention.RetentionPolicy;
import java.time.ZoneId;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * What to forget.
 *
 * @param policy says what is worth keeping
 * @param vms the VMs that it is applied to
 * @param zone whose calendar says what an hour, a day, a week, a month and a year are
 * @param isDryRun whether to decide only
 */
public record PruneRequest(
    RetentionPolicy policy, Predicate<VmRef> vms, ZoneId zone, boolean isDryRun) {

  /** Applies a policy to all VMs. */
  public static PruneRequest all(RetentionPolicy policy, ZoneId zone) {
    return new PruneRequest(policy, vm -> true, zone, false);
  }

  /** The same for the VMs of a namespace. */
  public PruneRequest inNamespace(String namespace) {
    return new PruneRequest(policy, vm -> vm.namespace().equals(namespace), zone, isDryRun);
  }

  /** The same for one VM. */
  public PruneRequest ofVm(String namespace, UUID id) {
    return new PruneRequest(
        policy, vm -> vm.namespace().equals(namespace) && vm.id().equals(id), zone, isDryRun);
  }

  /** The same, deciding only. */
  public PruneRequest dryRun() {
    return new PruneRequest(policy, vms, zone, true);
  }
}
