package dozo.repository.repair;

import dozo.repository.verify.DamagedPack;
import dozo.repository.verify.VerifyReport;
import java.util.List;
import java.util.UUID;

/**
 * What repairing has done, and what it could not do.
 *
 * @param repaired the packs that are as they were written again
 * @param left the packs that are damaged still
 * @param verified what restore points have lost, if anything; what a later backup brings again
 *     heals
 */
public record RepairReport(List<UUID> repaired, List<DamagedPack> left, VerifyReport verified) {

  /** Keeps copies. */
  public RepairReport {
    repaired = List.copyOf(repaired);
    left = List.copyOf(left);
  }

  /** Whether every restore point can be read whole. */
  public boolean isWhole() {
    return verified.brokenRestorePoints().isEmpty();
  }
}
