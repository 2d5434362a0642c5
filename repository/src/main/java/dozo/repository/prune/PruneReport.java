package dozo.repository.prune;

import dozo.format.manifest.RestorePointId;
import dozo.format.manifest.VmRef;
import dozo.repository.retention.RetentionPlan;
import java.util.List;

/**
 * What pruning decided and did.
 *
 * @param vms each VM that has restore points and was asked for
 * @param isDryRun whether nothing was done
 */
public record PruneReport(List<Vm> vms, boolean isDryRun) {

  /** Keeps a copy. */
  public PruneReport {
    vms = List.copyOf(vms);
  }

  /** How many restore points were forgotten, or would be. */
  public int forgotten() {
    return vms.stream().mapToInt(vm -> vm.forgotten().size()).sum();
  }

  /**
   * What became of the restore points of one VM.
   *
   * @param vm the VM, as its newest restore point calls it
   * @param plan every decision with its reasons
   * @param forgotten what was forgotten; in a dry run, what would be
   * @param sparedInUse what the plan forgot and a reader has opened since
   */
  public record Vm(
      VmRef vm,
      RetentionPlan plan,
      List<RestorePointId> forgotten,
      List<RestorePointId> sparedInUse) {

    /** Keeps copies. */
    public Vm {
      forgotten = List.copyOf(forgotten);
      sparedInUse = List.copyOf(sparedInUse);
    }
  }
}
